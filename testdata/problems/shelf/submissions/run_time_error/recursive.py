#!/usr/bin/env python3
# Calls itself for every swap, and there can be two thousand.
n = int(input())
books = [0, *map(int, input().split())]
swaps = []


def settle(place):
    other = books[place]
    if other != place:
        books[place], books[other] = books[other], other
        swaps.append((place, other))
        settle(place)


for place in range(1, n + 1):
    settle(place)
print(len(swaps))
for swap in swaps:
    print(*swap)
