#!/usr/bin/env python3
"""Accepts n and n lines `x v` with at most three decimals."""

import re
import sys

head, *lines = sys.stdin.read().split("\n")
assert re.fullmatch("[1-9][0-9]*", head) and int(head) <= 60_000, f"not a number of cyclists: {head!r}"
assert lines.pop() == "", "the input does not end with a newline"
assert len(lines) == int(head), f"{len(lines)} cyclists, not {head}"
number = r"(?:0|[1-9]\d*)(?:\.\d{1,3})?"
for line in lines:
    assert re.fullmatch(f"-?{number} {number}", line), f"not a cyclist: {line!r}"
    x, v = map(float, line.split())
    assert abs(x) <= 1e6 and 0.1 <= v <= 100, f"out of bounds: {line!r}"
sys.exit(42)
