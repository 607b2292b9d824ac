-module(ce).
-export([main/0]).
main() -> undefined_function(1).
