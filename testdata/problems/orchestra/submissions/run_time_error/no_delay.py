#!/usr/bin/env python3
# Divides the evening by the delay.
n, d = map(int, input().split())
parts, back, count = n // d, {}, 0
for at, player in enumerate(input().split()):
    if at <= back.get(player, -1):
        count += 1
    else:
        back[player] = at + d
print(count)
