#!/usr/bin/env python3
# Believes that every floor is square.
r, c, k = map(int, input().split())
assert r == c
turn = 0
for i in range(r):
    row = input()
    turn = next(((i + j + int(tile) - 1) % 2 for j, tile in enumerate(row) if tile != "."), turn)
    print("".join("12"[(i + j + turn) % 2] for j in range(c)))
