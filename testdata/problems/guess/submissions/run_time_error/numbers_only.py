#!/usr/bin/env python3
# Expects the answer to be a number.
n = int(input())
print((n + 1) // 2, flush=True)
print(int(input()), flush=True)
