#!/usr/bin/env python3
# Looks into the first box only.
import sys
from collections import Counter

with open(sys.argv[2]) as file:
    children = Counter(name for born, name in map(str.split, file) if born >= sys.argv[1])
for line in sys.stdin:
    print(children[line.strip()])
