#!/usr/bin/env python3
from functools import cache


@cache
def height(i):
    if i > n:
        return -i
    print("?", i, flush=True)
    return int(input())


n = int(input())
a, b = 1, 1
while a + b <= n:
    a, b = b, a + b
# The summit lies among the `a + b - 1` cairns after `start`; those beyond the last one are below sea level.
start = 0
while b > 1:
    if height(start + a) < height(start + b):
        start += a
    a, b = b - a, a
print("!", start + 1)
