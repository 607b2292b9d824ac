#!/usr/bin/env python3
"""Accepts n and n numbers of bricks."""

import re
import sys

text = sys.stdin.read()
assert re.fullmatch(r"((0|[1-9]\d*)\n)+", text), "not one integer on each line"
n, *bricks = map(int, text.split())
assert 1 <= n <= 1000 and len(bricks) == n and max(bricks) <= 10**6, "out of bounds"
sys.exit(42)
