#!/usr/bin/env python3
# Looks at the cairn after the last one.
def height(i):
    assert i <= n, "there is no such cairn"
    print("?", i, flush=True)
    return int(input())


n = int(input())
low, high = 1, n + 1
while high - low > 1:
    middle = (low + high) // 2
    if height(middle) < height(middle + 1):
        low = middle
    else:
        high = middle
print("!", low if low == n or height(low) > height(low + 1) else low + 1)
