#!/usr/bin/env python3
# Asks at every cairn, and on a big mountain far too often.
def height(i):
    print("?", i, flush=True)
    return int(input())


n = int(input())
print("!", max(range(1, min(n, 1001) + 1), key=height))
