#!/usr/bin/env python3
# The second watchman takes the note for a number.
shift, n, note = input().split()
low, high = 0, int(n)
if shift == "2":
    low = int(note)
print("note", f"{low}-{high}")
