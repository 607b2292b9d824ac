#!/usr/bin/env python3
import sys
from collections import Counter

year, *registers = sys.argv[1:]
children = Counter()
for register in registers:
    with open(register) as file:
        for line in file:
            born, name = line.split()
            children[name] += born >= year
for line in sys.stdin:
    print(children[line.strip()])
