#!/usr/bin/env python3
# Writes down the time of every pair before looking for the longest.
import sys

numbers = list(map(float, sys.stdin.buffer.read().split()))
cyclists = list(zip(numbers[1::2], numbers[2::2]))
table = [[(y - x) / (v + w) for y, w in cyclists] for x, v in cyclists]
hours = max(map(max, table))
x, v = next(cyclist for cyclist, row in zip(cyclists, table) if hours in row)
print(hours, x + hours * v)
