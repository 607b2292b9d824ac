#!/usr/bin/env python3
import sys

n, m, *ends = map(int, sys.stdin.buffer.read().split())
enemies = [[] for _ in range(n + 1)]
for u, v in zip(ends[::2], ends[1::2]):
    enemies[u].append(v)
    enemies[v].append(u)
tank = [False] * (n + 1)
waiting = list(range(1, n + 1))
while waiting:
    fish = waiting.pop()
    met = [enemy for enemy in enemies[fish] if tank[enemy] == tank[fish]]
    if len(met) > 1:
        tank[fish] = not tank[fish]
        waiting.extend(set(enemies[fish]) - set(met))
print("".join("AB"[t] for t in tank[1:]))
