#!/usr/bin/env python3
# Uses all the strength there is: idle swaps there and back fill up the 2n.
n = int(input())
books = [0, *map(int, input().split())]
swaps = []
for place in range(1, n + 1):
    while books[place] != place:
        other = books[place]
        books[place], books[other] = books[other], other
        swaps.append((place, other))
while n > 1 and len(swaps) + 2 <= 2 * n:
    swaps += [(1, n), (n, 1)]
print(len(swaps))
for swap in swaps:
    print(*swap)
