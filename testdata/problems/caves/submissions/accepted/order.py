#!/usr/bin/env python3
# Lists the chambers from the entrance on, then goes through the list both ways.
import sys

n, *rest = map(int, sys.stdin.buffer.read().split())
oil, before = [0, *rest[:n]], [0, 0, *rest[n:]]
after = [[] for _ in range(n + 1)]
for chamber in range(2, n + 1):
    after[before[chamber]].append(chamber)
order, way, behind = [1], oil[:], oil[:]
for chamber in order:
    for c in after[chamber]:
        way[c] += way[chamber]
        order.append(c)
for chamber in reversed(order[1:]):
    behind[before[chamber]] += behind[chamber]
print(sum(b >= w for b, w in zip(behind[1:], way[1:])))
