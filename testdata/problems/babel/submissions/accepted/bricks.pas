program Bricks;
var
  n, i, count: longint;
  sum: int64;
begin
  sum := 0;
  readln(n);
  for i := 1 to n do
  begin
    readln(count);
    sum := sum + count;
  end;
  writeln(sum);
end.
