#!/usr/bin/env python3
# The second wheel gets no teeth at all.
n, x = input().split()
print(int(n) // int(float(x) / 10), 1)
