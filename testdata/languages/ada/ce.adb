procedure Ce is
begin
   Undeclared := 1;
end Ce;
