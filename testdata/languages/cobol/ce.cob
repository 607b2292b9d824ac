identification division.
program-id. ce.
procedure division.
    display undeclared-thing
    stop run.
