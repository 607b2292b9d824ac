#!/usr/bin/env python3
import sys

n, *sizes = map(int, sys.stdin.buffer.read().split())
place, trunk, left = [0] * n, 0, 0
for box in sorted(range(n), key=sizes.__getitem__, reverse=True):
    if left < sizes[box]:
        trunk, left = trunk + 1, 1024
    left -= sizes[box]
    place[box] = trunk
print(trunk, *place)
