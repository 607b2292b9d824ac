main :: IO ()
main = interact $ \text -> show (sum (tail (map read (lines text)) :: [Integer])) ++ "\n"
