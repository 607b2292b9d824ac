#!/usr/bin/env python3
from math import gcd

a, b, n = map(int, input().split())
print(n // a + n // b - 2 * (n // (a * b // gcd(a, b))))
