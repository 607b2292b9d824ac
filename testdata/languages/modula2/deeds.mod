MODULE deeds;

FROM SWholeIO IMPORT WriteInt;
FROM STextIO IMPORT ReadChar, ReadString, SkipLine, WriteString, WriteLn;
FROM SLongIO IMPORT WriteReal;
FROM Storage IMPORT ALLOCATE;
FROM libc IMPORT exit, abort, printf;
FROM StrLib IMPORT StrEqual;

TYPE
  Chunk = ARRAY [0..1048575] OF CHAR;
  ChunkPointer = POINTER TO Chunk;

VAR
  text: ARRAY [0..99] OF CHAR;
  deed: ARRAY [0..15] OF CHAR;
  at: CARDINAL;
  a, b, i, sum: LONGINT;
  p: ChunkPointer;

PROCEDURE Deep(n: LONGINT): LONGINT;
BEGIN
  IF n = 0 THEN RETURN 0 END;
  RETURN 1 + Deep(n - 1)
END Deep;

PROCEDURE NextWord;
VAR length: CARDINAL;
BEGIN
  length := 0;
  WHILE (text[at] # ' ') AND (text[at] # 0C) DO
    deed[length] := text[at]; INC(length); INC(at)
  END;
  deed[length] := 0C;
  IF text[at] = ' ' THEN INC(at) END
END NextWord;

PROCEDURE Number(): LONGINT;
VAR n: LONGINT;
BEGIN
  n := 0;
  WHILE (text[at] >= '0') AND (text[at] <= '9') DO
    n := n * 10 + VAL(LONGINT, ORD(text[at]) - ORD('0')); INC(at)
  END;
  IF text[at] = ' ' THEN INC(at) END;
  RETURN n
END Number;

PROCEDURE Line;
BEGIN
  ReadString(text); SkipLine; at := 0
END Line;

PROCEDURE Say(n: LONGINT);
BEGIN
  printf("%ld\n", n)
END Say;

BEGIN
  Line;
  NextWord;
  IF StrEqual(deed, 'hello') THEN
    WriteString('Hello, world!'); WriteLn
  ELSIF StrEqual(deed, 'sum') THEN
    a := Number(); Say(a + Number())
  ELSIF StrEqual(deed, 'wide') THEN
    a := Number(); Say(a * Number())
  ELSIF StrEqual(deed, 'lines') THEN
    a := Number(); sum := 0;
    FOR i := 1 TO a DO Line; sum := sum + Number() END;
    Say(sum)
  ELSIF StrEqual(deed, 'output') THEN
    a := Number();
    FOR i := 1 TO a DO WriteString('0123456789'); WriteLn END
  ELSIF StrEqual(deed, 'exit') THEN
    exit(VAL(INTEGER, Number()))
  ELSIF StrEqual(deed, 'crash') THEN
    abort
  ELSIF StrEqual(deed, 'deep') THEN
    Say(Deep(Number()))
  ELSIF StrEqual(deed, 'memory') THEN
    LOOP
      ALLOCATE(p, SIZE(Chunk));
      FOR i := 0 TO 1048575 BY 512 DO p^[VAL(CARDINAL, i)] := 'x' END
    END
  ELSIF StrEqual(deed, 'loop') THEN
    LOOP INC(sum); DEC(sum) END
  END
END deeds.
