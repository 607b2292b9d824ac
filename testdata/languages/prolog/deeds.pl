deep(0, 0) :- !.
deep(N, D) :- M is N - 1, deep(M, E), D is E + 1.

total(S0, S) :-
    read_line_to_string(user_input, Line),
    (   Line == end_of_file -> S = S0
    ;   number_string(N, Line), S1 is S0 + N, total(S1, S)
    ).

grow(All) :- length(L, 100000), grow([L|All]).

spin :- repeat, fail.

deed(["hello"]) :- writeln('Hello, world!').
deed(["sum", A, B]) :- number_string(X, A), number_string(Y, B), Z is X + Y, writeln(Z).
deed(["wide", A, B]) :- number_string(X, A), number_string(Y, B), Z is X * Y, writeln(Z).
deed(["lines", _]) :- total(0, S), writeln(S).
deed(["output", A]) :- number_string(N, A), forall(between(1, N, _), writeln('0123456789')).
deed(["exit", A]) :- number_string(N, A), halt(N).
deed(["crash"]) :- throw(as_asked).
deed(["deep", A]) :- number_string(N, A), deep(N, D), writeln(D).
deed(["memory"]) :- grow([]).
deed(["loop"]) :- spin.

main :- read_line_to_string(user_input, Line), split_string(Line, " ", "", Words), deed(Words).
