#!/usr/bin/env python3
# Swaps at random, and begins again when the arms get tired.
import random

random.seed(1)
n = int(input())
start = list(map(int, input().split()))
books, swaps = start[:], []
while books != sorted(books):
    if len(swaps) == 2 * n:
        books, swaps = start[:], []
    a, b = random.sample(range(n), 2)
    books[a], books[b] = books[b], books[a]
    swaps.append((a + 1, b + 1))
print(len(swaps))
for swap in swaps:
    print(*swap)
