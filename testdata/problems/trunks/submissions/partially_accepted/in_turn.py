#!/usr/bin/env python3
# Packs in the order of the input and never looks back.
import sys

n, *sizes = map(int, sys.stdin.buffer.read().split())
place, trunk, left = [], 0, 0
for size in sizes:
    if left < size:
        trunk, left = trunk + 1, 1024
    left -= size
    place.append(trunk)
print(trunk, *place)
