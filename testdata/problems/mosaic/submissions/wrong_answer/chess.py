#!/usr/bin/env python3
# Lays a chessboard over everything.
r, c, k = map(int, input().split())
floor = [input() for _ in range(r)]
turn = next(((i + j + int(floor[i][j]) - 1) % 2 for i in range(r) for j in range(c) if floor[i][j] != "."), 0)
for i in range(r):
    print("".join("12"[(i + j + turn) % 2] for j in range(c)))
