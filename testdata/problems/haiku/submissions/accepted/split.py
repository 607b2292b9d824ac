#!/usr/bin/env python3
for _ in range(3):
    print(" ".join(reversed(input().split(" "))))
