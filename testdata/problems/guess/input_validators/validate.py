#!/usr/bin/env python3
"""Accepts one integer from 1 to 1000."""

import re
import sys

text = sys.stdin.read()
assert re.fullmatch(r"[1-9]\d*\n", text), "not one integer"
assert int(text) <= 1000, "n is out of bounds"
sys.exit(42)
