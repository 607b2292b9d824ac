#!/usr/bin/env python3
import sys

head, *yard = sys.stdin.read().split("\n")
r, c, k = map(int, head.split())
for colour in 0, 1:
    squares = [(i, j) for i in range(r) for j in range((i + colour) % 2, c, 2) if yard[i][j] == "."]
    if len(squares) >= k:
        print("\n".join(f"{i + 1} {j + 1}" for i, j in squares[:k]))
        break
