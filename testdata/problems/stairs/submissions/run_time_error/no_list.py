#!/usr/bin/env python3
# Expects a list of broken steps even where there is none.
n, b = map(int, input().split())
broken = list(map(int, input().split()))
broken_set = {broken[0], *broken}
below, here = 0, 1
for step in range(1, n + 1):
    below, here = here, 0 if step in broken_set else (below + here) % 1_000_000_007
print(here)
