#!/usr/bin/env python3
"""Accepts calls that take no book that is not there."""

import re
import sys
from collections import Counter

head, *lines = sys.stdin.read().splitlines()
assert re.fullmatch(r"[1-9]\d*", head) and int(head) == len(lines) <= {{most_books}}, "not n calls"
shelf = Counter()
for line in lines:
    assert re.fullmatch(r"[-+?] [1-9]\d*", line), "not a call"
    call, height = line[0], int(line[2:])
    assert height <= {{tallest}}, "too tall"
    shelf[height] += {"+": 1, "-": -1, "?": 0}[call]
    assert shelf[height] >= 0, "a book that is not there"
sys.exit(42)
