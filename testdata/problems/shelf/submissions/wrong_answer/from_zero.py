#!/usr/bin/env python3
# Counts the places from zero.
n = int(input())
books = [int(book) - 1 for book in input().split()]
swaps = []
for place in range(n):
    while books[place] != place:
        other = books[place]
        books[place], books[other] = books[other], other
        swaps.append((place, other))
print(len(swaps))
for swap in swaps:
    print(*swap)
