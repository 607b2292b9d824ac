#!/usr/bin/env python3
# Leaves notes but does not read them.
shift, n, note = input().split()
low, high = 0, int(n)
for _ in range(4):
    if high - low > 1:
        middle = (low + high) // 2
        print("?", middle, flush=True)
        low, high = (low, middle) if input() == "yes" else (middle, high)
print(*(["!", low] if shift == "3" else ["note", "nothing"]))
