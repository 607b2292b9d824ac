:- initialization(main).

number_line(N) :-
    read_line_to_string(user_input, Line),
    split_string(Line, "", " \r", [Text]),
    number_string(N, Text).

total(0, Sum, Sum) :- !.
total(N, Sum, Total) :-
    number_line(Bricks),
    Next is N - 1,
    More is Sum + Bricks,
    total(Next, More, Total).

main :-
    number_line(N),
    total(N, 0, Total),
    write(Total), nl,
    halt.
