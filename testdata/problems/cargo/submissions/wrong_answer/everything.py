#!/usr/bin/env python3
# Takes everything.
n, limit = map(int, input().split())
print(n, *range(1, n + 1))
