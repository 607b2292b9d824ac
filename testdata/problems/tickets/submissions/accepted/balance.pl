% Starts itself and ends itself, as a script does.
:- initialization(main).

main :-
    read_line_to_string(user_input, Line),
    Line \== end_of_file, !,
    judge(Line),
    main.
main :-
    halt.

judge(Line) :-
    string_codes(Line, Codes),
    length(Codes, Length),
    Half is Length // 2,
    length(Front, Half),
    append(Front, Back, Codes),
    sum_list(Front, A),
    sum_list(Back, B),
    ( A =:= B -> writeln(lucky) ; writeln(unlucky) ).
