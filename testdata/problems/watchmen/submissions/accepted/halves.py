#!/usr/bin/env python3
shift, n, note = input().split()
low, high = (0, int(n)) if note == "-" else map(int, note.split("-"))
for _ in range(4):
    if high - low > 1:
        middle = (low + high) // 2
        print("?", middle, flush=True)
        low, high = (low, middle) if input() == "yes" else (middle, high)
print(*(["!", low] if shift == "3" else ["note", f"{low}-{high}"]))
