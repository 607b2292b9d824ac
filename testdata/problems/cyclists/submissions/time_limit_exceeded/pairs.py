#!/usr/bin/env python3
# Compares everybody with everybody.
import sys

numbers = list(map(float, sys.stdin.buffer.read().split()))
cyclists = list(zip(numbers[1::2], numbers[2::2]))
hours, x, v = max(((y - x) / (v + w), x, v) for x, v in cyclists for y, w in cyclists)
print(hours, x + hours * v)
