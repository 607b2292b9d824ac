#!/usr/bin/env python3
"""Accepts n and the numbers from 1 to n in any order, on two lines."""

import re
import sys

text = sys.stdin.read()
assert re.fullmatch(r"[1-9]\d*\n[1-9]\d*( [1-9]\d*)*\n", text), "not a number and a line of numbers"
n, *books = map(int, text.split())
assert n <= 2_000, "too many volumes"
assert sorted(books) == list(range(1, n + 1)), "not every volume once"
sys.exit(42)
