#!/usr/bin/env python3
# A table of all pairs of fish.
import sys

n, m, *ends = map(int, sys.stdin.buffer.read().split())
quarrel = [[False] * n for _ in range(n)]
for u, v in zip(ends[::2], ends[1::2]):
    quarrel[u - 1][v - 1] = quarrel[v - 1][u - 1] = True
tank = [0] * n
waiting = list(range(n))
while waiting:
    fish = waiting.pop()
    enemies = [enemy for enemy, q in enumerate(quarrel[fish]) if q]
    if sum(tank[enemy] == tank[fish] for enemy in enemies) > 1:
        tank[fish] ^= 1
        waiting += enemies
print("".join("AB"[t] for t in tank))
