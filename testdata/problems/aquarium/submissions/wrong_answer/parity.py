#!/usr/bin/env python3
# Takes turns.
n = int(input().split()[0])
print(("AB" * n)[:n])
