with Ada.Text_IO;
with Ada.Long_Integer_Text_IO;

procedure Bricks is
   N, Count : Long_Integer;
   Sum      : Long_Integer := 0;
begin
   Ada.Long_Integer_Text_IO.Get (N);
   for I in 1 .. N loop
      Ada.Long_Integer_Text_IO.Get (Count);
      Sum := Sum + Count;
   end loop;
   Ada.Long_Integer_Text_IO.Put (Sum, Width => 1);
   Ada.Text_IO.New_Line;
end Bricks;
