#!/usr/bin/env python3
# Python minds its indentation as the painter minds hers.
lines = [input() for _ in range(int(input()))]
for line in lines:
print(line)
