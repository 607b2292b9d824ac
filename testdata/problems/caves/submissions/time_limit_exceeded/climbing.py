#!/usr/bin/env python3
# Climbs back to the entrance from every chamber.
import sys

n, *rest = map(int, sys.stdin.buffer.read().split())
oil, before = [0, *rest[:n]], [0, 0, *rest[n:]]
way, behind = [0] * (n + 1), [0] * (n + 1)
for chamber in range(1, n + 1):
    at = chamber
    while at:
        way[chamber] += oil[at]
        behind[at] += oil[chamber]
        at = before[at]
print(sum(b >= w for b, w in zip(behind[1:], way[1:])))
