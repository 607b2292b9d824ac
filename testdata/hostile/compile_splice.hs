-- crime: reads files and starts programs from a template
-- row: compile-execution
-- stage: compile
-- limits: cpu 30 s, wall 60 s
-- allowed: CE
-- prints: anything
-- remains: nothing read, no process
{-# LANGUAGE TemplateHaskell #-}
import Language.Haskell.TH
import Language.Haskell.TH.Syntax

main :: IO ()
main = putStrLn $(runIO (readFile "/etc/shadow" >>= \text -> putStrLn ("ESC" ++ "APED " ++ text) >> return text) >>= lift)
