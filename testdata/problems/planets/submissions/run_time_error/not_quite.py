#!/usr/bin/env python3
# Insists on an accuracy that is out of reach for some.
import sys
from math import cos, sin

numbers = list(map(float, sys.stdin.read().split()))
for m, e in zip(numbers[1::2], numbers[2::2]):
    x = m
    for _ in range(200):
        x -= (x - e * sin(x) - m) / (1 - e * cos(x))
    assert x - e * sin(x) == m
    print(x)
