#!/usr/bin/env python3
# Takes a third away at a time and asks everything again.
def height(i):
    print("?", i, flush=True)
    return int(input())


low, high = 1, int(input())
while high - low > 2:
    left, right = low + (high - low) // 3, high - (high - low) // 3
    if height(left) < height(right):
        low = left + 1
    else:
        high = right
print("!", max(range(low, high + 1), key=height))
