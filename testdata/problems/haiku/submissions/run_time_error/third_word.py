#!/usr/bin/env python3
# Cannot write a poem in less than three words a line.
for _ in range(3):
    line = input()
    line.split()[2]
    print(" ".join(reversed(line.split(" "))))
