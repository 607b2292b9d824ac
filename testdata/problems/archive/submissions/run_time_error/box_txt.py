#!/usr/bin/env python3
# Knows which file to open without asking.
import sys

with open("attic.txt") as attic, open("cellar.txt") as cellar:
    lines = [line.split() for line in [*attic, *cellar]]
for line in sys.stdin:
    print(sum(born >= sys.argv[1] and name == line.strip() for born, name in lines))
