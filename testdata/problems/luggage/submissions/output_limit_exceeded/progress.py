#!/usr/bin/env python3
# Leaves its progress report switched on for busy days.
import sys

n, *tags = map(int, sys.stdin.buffer.read().split())
left = 0
for tag in tags:
    left ^= tag
if n > 200_000:
    print("\n".join(f"tag {tag} scanned" for tag in tags))
print(left)
