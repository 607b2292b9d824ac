#!/usr/bin/env python3
"""Accepts n and n marks."""

import re
import sys

text = sys.stdin.read()
assert re.fullmatch(r"[1-9]\d*\n(0|-?[1-9]\d*)( (0|-?[1-9]\d*))*\n", text), "not two lines of integers"
n, *marks = map(int, text.split())
assert 3 <= n <= 1000 and len(marks) == n, "n is out of bounds, or not n marks"
assert max(map(abs, marks)) <= 10**9, "a mark is out of bounds"
sys.exit(42)
