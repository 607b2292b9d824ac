#!/usr/bin/env python3
# Looks for the cars on a third line.
n, k = map(int, input().split())
input()
cars = list(map(int, input().split()))
print(max(cars))
