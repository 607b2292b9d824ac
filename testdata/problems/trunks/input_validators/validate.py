#!/usr/bin/env python3
"""Accepts n and n powers of two."""

import re
import sys

text = sys.stdin.read()
assert re.fullmatch(r"([1-9]\d*\n)+", text), "not one integer on each line"
n, *sizes = map(int, text.split())
assert len(sizes) == n <= 100_000, "n is out of bounds, or not n boxes"
assert set(sizes) <= {1 << i for i in range(11)}, "a size that is not sold"
sys.exit(42)
