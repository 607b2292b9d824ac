#!/usr/bin/env python3
"""Accepts n, b and b increasing steps."""

import re
import sys

text = sys.stdin.read()
assert re.fullmatch(r"[1-9]\d* (0|[1-9]\d*)\n([1-9]\d*( [1-9]\d*)*)?\n", text), "not two lines of integers"
n, b, *broken = map(int, text.split())
assert 1 <= n <= 100_000 and len(broken) == b < n, "n or b is out of bounds"
assert all(x < y for x, y in zip([0, *broken], [*broken, n])), "the steps are not increasing, or above n"
sys.exit(42)
