#!/usr/bin/env python3
# Takes the largest wheel that fits: good enough for tourists only.
n, x = input().split()
n, x = int(n), float(x)
b = n if x <= 1 else int(n / x)
print(max(1, round(x * b)), b)
