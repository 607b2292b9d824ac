#!/usr/bin/env python3
# Believes that the cars can be shared out evenly.
n, k = map(int, input().split())
cars = list(map(int, input().split()))
print(max(max(cars), -(-sum(cars) // k) + 1))
