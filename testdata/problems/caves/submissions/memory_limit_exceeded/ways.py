#!/usr/bin/env python3
# Remembers the whole way to every chamber.
import sys

n, *rest = map(int, sys.stdin.buffer.read().split())
oil = [0, *rest[:n]]
after = [[] for _ in range(n + 1)]
for chamber, before in enumerate(rest[n:], start=2):
    after[before].append(chamber)
ways = {1: [1]}
order = [1]
for chamber in order:
    for c in after[chamber]:
        ways[c] = ways[chamber] + [c]
        order.append(c)
behind = [0] * (n + 1)
for chamber, way in ways.items():
    for at in way:
        behind[at] += oil[chamber]
print(sum(behind[chamber] >= sum(oil[at] for at in way) for chamber, way in ways.items()))
