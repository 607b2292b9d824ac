-module(deeds).
-export([main/0]).

deep(0) -> 0;
deep(N) -> 1 + deep(N - 1).

total(Sum) ->
    case io:get_line("") of
        eof -> Sum;
        Line -> total(Sum + list_to_integer(string:trim(Line)))
    end.

grow(All) -> grow([lists:seq(1, 65536) | All]).

spin(N) -> spin(N + 1 - 1).

main() ->
    [Deed | Words] = string:lexemes(io:get_line(""), " \n"),
    Numbers = [list_to_integer(Word) || Word <- Words],
    case {Deed, Numbers} of
        {"hello", _} -> io:put_chars("Hello, world!\n");
        {"sum", [A, B]} -> io:format("~p~n", [A + B]);
        {"wide", [A, B]} -> io:format("~p~n", [A * B]);
        {"lines", _} -> io:format("~p~n", [total(0)]);
        {"output", [A]} -> [io:put_chars("0123456789\n") || _ <- lists:seq(1, A)];
        {"exit", [A]} -> halt(A);
        {"crash", _} -> error(as_asked);
        {"deep", [A]} -> io:format("~p~n", [deep(A)]);
        {"memory", _} -> grow([]);
        {"loop", _} -> spin(0)
    end.
