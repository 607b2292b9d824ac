#!/usr/bin/env python3
# Meets half way between the first and the last on the road.
import sys

numbers = list(map(float, sys.stdin.buffer.read().split()))
positions, speeds = numbers[1::2], numbers[2::2]
place = (min(positions) + max(positions)) / 2
print(max(abs(place - x) / v for x, v in zip(positions, speeds)), place)
