#!/usr/bin/env python3
# Tries every tour.
from itertools import combinations

n, limit = map(int, input().split())
parcels = [tuple(map(int, input().split())) for _ in range(n)]
best, chosen = 0, ()
for k in range(1, n + 1):
    for tour in combinations(range(n), k):
        weight, fee = sum(parcels[i][0] for i in tour), sum(parcels[i][1] for i in tour)
        if weight <= limit and fee > best:
            best, chosen = fee, tour
print(len(chosen), *(parcel + 1 for parcel in chosen))
