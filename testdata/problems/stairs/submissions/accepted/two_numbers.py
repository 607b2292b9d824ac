#!/usr/bin/env python3
n, b = map(int, input().split())
broken = set(map(int, input().split()))
below, here = 0, 1
for step in range(1, n + 1):
    below, here = here, 0 if step in broken else (below + here) % 1_000_000_007
print(here)
