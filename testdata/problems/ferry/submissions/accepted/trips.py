#!/usr/bin/env python3
# Jumps from trip to trip in the sums of the lengths instead of walking from car to car.
from bisect import bisect_right
from itertools import accumulate

n, k = map(int, input().split())
sums = [0, *accumulate(map(int, input().split()))]


def enough(ferry):
    at, trips = 0, 0
    while at < n:
        to = bisect_right(sums, sums[at] + ferry, at) - 1
        if to == at or trips == k:
            return False
        at, trips = to, trips + 1
    return True


low, high = -(-sums[n] // k), sums[n]
while low < high:
    middle = (low + high) // 2
    if enough(middle):
        high = middle
    else:
        low = middle + 1
print(low)
