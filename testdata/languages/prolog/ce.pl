main :- writeln(hello.
