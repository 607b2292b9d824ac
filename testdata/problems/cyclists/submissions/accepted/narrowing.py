#!/usr/bin/env python3
# Moves to where the last from the left and the last from the right meet, until they are the same two.
import sys

numbers = list(map(float, sys.stdin.buffer.read().split()))
cyclists = list(zip(numbers[1::2], numbers[2::2]))
place, hours = cyclists[0][0], 0.0
while True:
    _, x, v = max(((place - x) / v, x, v) for x, v in cyclists)
    _, y, w = max(((y - place) / w, y, w) for y, w in cyclists)
    if (y - x) / (v + w) <= hours:
        break
    hours = (y - x) / (v + w)
    place = x + hours * v
print(hours, place)
