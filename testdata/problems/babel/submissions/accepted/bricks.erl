-module(bricks).
-export([main/0, main/1]).

main(_) -> main().

main() ->
    {ok, [N]} = io:fread("", "~d"),
    io:format("~w~n", [total(N, 0)]).

total(0, Sum) -> Sum;
total(N, Sum) ->
    {ok, [Bricks]} = io:fread("", "~d"),
    total(N - 1, Sum + Bricks).
