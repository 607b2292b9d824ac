program deeds;

type
  Chunk = array[0..1048575] of byte;
  PChunk = ^Chunk;

var
  line, deed: ansistring;
  a, b, sum: int64;
  i: longint;
  p: PChunk;

function deep(n: longint): longint;
begin
  if n = 0 then deep := 0 else deep := 1 + deep(n - 1);
end;

function next: ansistring;
var
  at: longint;
begin
  at := pos(' ', line + ' ');
  next := copy(line, 1, at - 1);
  delete(line, 1, at);
end;

function number: int64;
var
  n: int64;
  code: integer;
begin
  val(next, n, code);
  number := n;
end;

begin
  readln(line);
  deed := next;
  if deed = 'hello' then writeln('Hello, world!');
  if deed = 'sum' then begin a := number; b := number; writeln(a + b); end;
  if deed = 'wide' then begin a := number; b := number; writeln(a * b); end;
  if deed = 'lines' then begin
    sum := 0;
    for i := 1 to number do begin readln(a); sum := sum + a; end;
    writeln(sum);
  end;
  if deed = 'output' then
    for i := 1 to number do writeln('0123456789');
  if deed = 'exit' then halt(number);
  if deed = 'crash' then begin p := nil; p^[0] := 1; end;
  if deed = 'deep' then writeln(deep(number));
  if deed = 'memory' then
    while true do begin new(p); fillchar(p^, sizeof(p^), 1); end;
  if deed = 'loop' then
    while true do;
end.
