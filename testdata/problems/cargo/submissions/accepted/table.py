#!/usr/bin/env python3
n, limit = map(int, input().split())
fees, taken = [0] * (limit + 1), [0] * (limit + 1)
for parcel in range(n):
    weight, fee = map(int, input().split())
    fresh, bit = fees[:], 1 << parcel
    for load in range(weight, limit + 1):
        if (value := fees[load - weight] + fee) > fresh[load]:
            fresh[load] = value
    chosen = [taken[load] if fresh[load] == fees[load] else taken[load - weight] | bit for load in range(limit + 1)]
    fees, taken = fresh, chosen
parcels = [i + 1 for i in range(n) if taken[limit] >> i & 1]
print(len(parcels), *parcels)
