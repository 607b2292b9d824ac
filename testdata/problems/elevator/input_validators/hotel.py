#!/usr/bin/env python3
"""Accepts five integers."""

import re
import sys

text = sys.stdin.read()
assert re.fullmatch(r"[1-9]\d*( [1-9]\d*){4}\n", text), "not five integers"
f, *rest = map(int, text.split())
assert f <= 200_000 and max(rest) <= f, "out of bounds"
sys.exit(42)
