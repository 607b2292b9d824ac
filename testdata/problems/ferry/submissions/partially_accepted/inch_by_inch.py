#!/usr/bin/env python3
# Tries every length: group 1 only.
n, k = map(int, input().split())
cars = list(map(int, input().split()))
ferry = max(cars)
while True:
    trips, left = 1, ferry
    for car in cars:
        if car > left:
            trips, left = trips + 1, ferry
        left -= car
    if trips <= k:
        break
    ferry += 1
print(ferry)
