#!/usr/bin/env python3
"""Accepts n, d and n players. Usage: validate.py [--max-n N] < INPUT"""

import re
import sys

most = int(sys.argv[2]) if sys.argv[1:2] == ["--max-n"] else 200_000
text = sys.stdin.read()
assert re.fullmatch(r"[1-9]\d* (0|[1-9]\d*)\n[1-9]\d*( [1-9]\d*)*\n", text), "not two lines of integers"
n, d, *players = map(int, text.split())
assert len(players) == n <= most and d <= n and max(players) <= 10**9, "out of bounds"
sys.exit(42)
