#!/usr/bin/env python3
"""Accepts `a b n` on one line. `--max-n N` bounds n for a test group."""

import re
import sys

max_n = int(sys.argv[2]) if sys.argv[1:2] == ["--max-n"] else 10**18
text = sys.stdin.read()
number = "[1-9][0-9]*"
assert re.fullmatch(f"{number} {number} {number}\n", text), f"not three integers on one line: {text!r}"
a, b, n = map(int, text.split())
assert a <= 10**9 and b <= 10**9, "a period is too long"
assert n <= max_n, "n is too large"
sys.exit(42)
