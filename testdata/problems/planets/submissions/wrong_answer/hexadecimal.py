#!/usr/bin/env python3
# Prints the right numbers in hexadecimal.
import sys
from math import sin

numbers = list(map(float, sys.stdin.read().split()))
for m, e in zip(numbers[1::2], numbers[2::2]):
    low, high = m - e, m + e
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if middle - e * sin(middle) < m else (low, middle)
    print(low.hex())
