#!/usr/bin/env python3
"""Accepts a line of words."""

import re
import sys

text = sys.stdin.read()
assert re.fullmatch(r"[a-z]{1,20}( [a-z]{1,20}){0,49}\n", text), "not 1 to 50 words"
sys.exit(42)
