import Control.Monad (replicateM_)
import qualified Data.ByteString.Char8 as Bytes
import qualified Data.IntMap as IntMap
import Data.Maybe (fromJust)
import System.Exit

deep :: Int -> Int
deep 0 = 0
deep n = 1 + deep (n - 1)
{-# NOINLINE deep #-}

grow :: Int -> IntMap.IntMap Int -> Int
grow n all
  | n < 0 = IntMap.size all
  | otherwise = grow (n + 1) $! IntMap.insert n n all

main :: IO ()
main = do
  (deed : rest) <- fmap words getLine
  let numbers = map read rest :: [Int]
  case deed of
    "hello" -> putStrLn "Hello, world!"
    "sum" -> print (sum numbers)
    "wide" -> print (product numbers)
    "lines" -> Bytes.getContents >>= print . sum . map (fst . fromJust . Bytes.readInt) . Bytes.lines
    "output" -> replicateM_ (head numbers) (putStrLn "0123456789")
    "exit" -> exitWith (ExitFailure (head numbers))
    "crash" -> print (head (tail [0 :: Int]))
    "deep" -> print (deep (head numbers))
    "memory" -> print (grow 0 IntMap.empty)
    "loop" -> print (length (filter odd (iterate (`mod` 7) 2)))
    _ -> return ()
