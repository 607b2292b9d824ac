#!/usr/bin/env python3
# Keeps the suitcases that are in the building in a set.
import sys

sys.stdin.buffer.readline()
waiting = set()
for line in sys.stdin.buffer:
    if line in waiting:
        waiting.remove(line)
    else:
        waiting.add(line)
print(int(waiting.pop()))
