#!/usr/bin/env python3
# A counter for every tag there could be.
import sys

n, *tags = map(int, sys.stdin.buffer.read().split())
count = bytearray(1_000_000_001)
for tag in tags:
    count[tag] += 1
print(next(tag for tag in tags if count[tag] == 1))
