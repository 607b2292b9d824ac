with Ada.Command_Line; use Ada.Command_Line;
with Ada.Text_IO; use Ada.Text_IO;

procedure Deeds is
   package Numbers is new Ada.Text_IO.Integer_IO (Long_Long_Integer);
   type Chunk is array (1 .. 1_048_576) of Character;
   type Chunk_Access is access Chunk;
   Line : constant String := Get_Line;
   At_Character : Positive := Line'First;
   A, B, Sum : Long_Long_Integer := 0;
   P : Chunk_Access;

   function Next return String is
      First : constant Positive := At_Character;
      Last : Natural := First - 1;
   begin
      while Last < Line'Last and then Line (Last + 1) /= ' ' loop
         Last := Last + 1;
      end loop;
      At_Character := Last + 2;
      return Line (First .. Last);
   end Next;

   function Number return Long_Long_Integer is (Long_Long_Integer'Value (Next));

   procedure Say (N : Long_Long_Integer) is
   begin
      Numbers.Put (N, Width => 0);
      New_Line;
   end Say;

   function Deep (N : Long_Long_Integer) return Long_Long_Integer is
   begin
      if N = 0 then
         return 0;
      end if;
      return 1 + Deep (N - 1);
   end Deep;

   Deed : constant String := Next;
begin
   if Deed = "hello" then
      Put_Line ("Hello, world!");
   elsif Deed = "sum" then
      A := Number;
      Say (A + Number);
   elsif Deed = "wide" then
      A := Number;
      Say (A * Number);
   elsif Deed = "lines" then
      A := Number;
      for I in 1 .. A loop
         Numbers.Get (B);
         Sum := Sum + B;
      end loop;
      Say (Sum);
   elsif Deed = "output" then
      A := Number;
      for I in 1 .. A loop
         Put_Line ("0123456789");
      end loop;
   elsif Deed = "exit" then
      Set_Exit_Status (Exit_Status (Number));
   elsif Deed = "crash" then
      raise Program_Error;
   elsif Deed = "deep" then
      Say (Deep (Number));
   elsif Deed = "memory" then
      loop
         P := new Chunk'(others => 'x');
      end loop;
   elsif Deed = "loop" then
      loop
         null;
      end loop;
   end if;
end Deeds;
