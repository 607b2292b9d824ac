#!/usr/bin/env python3
# The highest fee first, as long as it fits.
n, limit = map(int, input().split())
parcels = [tuple(map(int, input().split())) for _ in range(n)]
chosen = []
for parcel in sorted(range(n), key=lambda i: -parcels[i][1]):
    if parcels[parcel][0] <= limit:
        limit -= parcels[parcel][0]
        chosen.append(parcel + 1)
print(len(chosen), *chosen)
