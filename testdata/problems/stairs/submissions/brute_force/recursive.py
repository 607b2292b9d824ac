#!/usr/bin/env python3
# Climbs every way. Long stairs are too deep for it, and before that it is too slow.
from sys import setrecursionlimit

setrecursionlimit(500)
n, b = map(int, input().split())
broken = set(map(int, input().split()))


def ways(step):
    if step == n:
        return 1
    return 0 if step > n or step in broken else ways(step + 1) + ways(step + 2)


print(ways(0) % 1_000_000_007)
