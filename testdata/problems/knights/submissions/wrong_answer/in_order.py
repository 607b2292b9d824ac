#!/usr/bin/env python3
# One knight on each free square, until there are no more.
r, c, k = map(int, input().split())
for i in range(1, r + 1):
    for j, square in enumerate(input(), 1):
        if square == "." and k > 0:
            print(i, j)
            k -= 1
