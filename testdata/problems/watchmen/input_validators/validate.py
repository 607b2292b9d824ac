#!/usr/bin/env python3
"""Accepts the input of the first shift."""

import re
import sys

text = sys.stdin.read()
assert re.fullmatch(r"1 [1-9]\d* -\n", text), "not the first shift"
assert int(text.split()[1]) <= 4096, "n is out of bounds"
sys.exit(42)
