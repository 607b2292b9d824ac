#!/usr/bin/env python3
# Tries all ways, of which there are rather many.
import sys
from itertools import product

n, m, *ends = map(int, sys.stdin.buffer.read().split())
for tank in product("AB", repeat=n):
    met = [0] * (n + 1)
    for u, v in zip(ends[::2], ends[1::2]):
        if tank[u - 1] == tank[v - 1]:
            met[u] += 1
            met[v] += 1
    if max(met) < 2:
        print("".join(tank))
        break
