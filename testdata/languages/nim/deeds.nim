import std/[strutils, sequtils, math]

proc deep(n: int): int =
  if n == 0: 0 else: 1 + deep(n - 1)

let words = stdin.readLine.splitWhitespace
let numbers = words[1 .. ^1].map(parseInt)
case words[0]
of "hello": echo "Hello, world!"
of "sum": echo numbers.sum
of "wide": echo numbers.prod
of "lines":
  var total = 0
  for line in stdin.lines: total += line.parseInt
  echo total
of "output":
  for _ in 1 .. numbers[0]: stdout.write "0123456789\n"
of "exit": quit numbers[0]
of "crash": raise newException(ValueError, "as asked")
of "deep": echo deep(numbers[0])
of "memory":
  var all: seq[string]
  while true: all.add 'x'.repeat(1 shl 20)
else:
  var i {.volatile.} = 0
  while true: i = (i + 1) mod 7
