#!/usr/bin/env python3
# Reads all registers again for every question.
import sys

for line in sys.stdin:
    count = 0
    for register in sys.argv[2:]:
        for entry in open(register):
            born, name = entry.split()
            count += born >= sys.argv[1] and name == line.strip()
    print(count)
