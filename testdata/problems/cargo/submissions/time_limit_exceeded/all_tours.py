#!/usr/bin/env python3
# Tries every tour, unless there are far too many; then it takes the highest fees.
from itertools import combinations

n, limit = map(int, input().split())
parcels = [tuple(map(int, input().split())) for _ in range(n)]
best, chosen = 0, []
if n <= 20:
    for k in range(1, n + 1):
        for tour in combinations(range(n), k):
            weight, fee = sum(parcels[i][0] for i in tour), sum(parcels[i][1] for i in tour)
            if weight <= limit and fee > best:
                best, chosen = fee, tour
else:
    for i in sorted(range(n), key=lambda i: -parcels[i][1]):
        if parcels[i][0] <= limit:
            limit -= parcels[i][0]
            chosen.append(i)
print(len(chosen), *(parcel + 1 for parcel in chosen))
