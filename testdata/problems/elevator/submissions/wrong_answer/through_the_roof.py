#!/usr/bin/env python3
# Goes up first and down afterwards, even if that is through the roof.
from math import gcd

f, a, b, u, d = map(int, input().split())
if (b - a) % gcd(u, d):
    print("take the stairs")
else:
    up = 0
    while (a + up * u - b) % d or a + up * u < b:
        up += 1
    print("U" * up + "D" * ((a + up * u - b) // d) or "-")
