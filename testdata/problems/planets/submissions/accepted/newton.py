#!/usr/bin/env python3
import sys
from math import cos, sin

numbers = list(map(float, sys.stdin.read().split()))
for m, e in zip(numbers[1::2], numbers[2::2]):
    low, high, x = m - e, m + e, m
    for _ in range(60):
        wrong = x - e * sin(x) - m
        if abs(wrong) < 1e-12:
            break
        low, high = (x, high) if wrong < 0 else (low, x)
        x -= wrong / (1 - e * cos(x))
        if not low < x < high:
            x = (low + high) / 2
    print("%.10e" % x)
