#!/usr/bin/env python3
# Was only ever tried on the first hill.
assert input() == "pack"
x = int(input())
bits = [i + 1 for i in range(20) if x >> i & 1]
print(len(bits))
print(*bits)
