#!/usr/bin/env python3
# str.center sometimes puts the odd space on the left.
lines = [input() for _ in range(int(input()))]
width = max(map(len, lines))
print("+" + "-" * (width + 2) + "+")
for line in lines:
    print("| " + line.center(width) + " |")
print("+" + "-" * (width + 2) + "+")
