#!/usr/bin/env python3
# A knight too many: what is left over is no peace.
r, c, k = map(int, input().split())
yard = [input() for _ in range(r)]
for colour in 0, 1:
    squares = [(i + 1, j + 1) for i in range(r) for j in range((i + colour) % 2, c, 2) if yard[i][j] == "."]
    if len(squares) >= k:
        for square in squares[: k + 1]:
            print(*square)
        print(r, c)
        break
