#!/usr/bin/env python3
# Lays the floor at random until it is right.
import random

r, c, k = map(int, input().split())
floor = [input() for _ in range(r)]
while True:
    laid = [[random.randint(1, k) if tile == "." else int(tile) for tile in row] for row in floor]
    lines = laid + [list(column) for column in zip(*laid)]
    if all(a != b for line in lines for a, b in zip(line, line[1:])):
        break
for row in laid:
    print("".join(map(str, row)))
