{ A unit: by its name it would be the first file, and it is no program. }
unit digits;

interface

function sum(const text: ansistring): longint;

implementation

function sum(const text: ansistring): longint;
var
    i: longint;
begin
    sum := 0;
    for i := 1 to length(text) do
        sum := sum + ord(text[i]) - ord('0');
end;

end.
