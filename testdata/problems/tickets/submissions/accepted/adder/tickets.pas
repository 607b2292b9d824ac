program tickets;

uses digits;

var
    ticket: ansistring;
    half: longint;
begin
    while not eof do
    begin
        readln(ticket);
        half := length(ticket) div 2;
        if sum(copy(ticket, 1, half)) = sum(copy(ticket, half + 1, half)) then
            writeln('lucky')
        else
            writeln('unlucky');
    end;
end.
