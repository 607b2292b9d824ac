#!/usr/bin/env python3
"""Accepts the word `pack` and a number below 2**20."""

import re
import sys

text = sys.stdin.read()
assert re.fullmatch(r"pack\n(0|[1-9]\d*)\n", text), "not `pack` and an integer"
assert int(text.split()[1]) < 1 << 20, "x is out of bounds"
sys.exit(42)
