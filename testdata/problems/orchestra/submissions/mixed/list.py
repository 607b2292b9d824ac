#!/usr/bin/env python3
# Keeps the players with their backs turned in a list: right, but too slow for a long evening.
n, d = map(int, input().split())
turned, count = [], 0
for at, player in enumerate(input().split()):
    turned = [(who, until) for who, until in turned if until >= at]
    if player in [who for who, _ in turned]:
        count += 1
    else:
        turned.append((player, at + d))
print(count)
