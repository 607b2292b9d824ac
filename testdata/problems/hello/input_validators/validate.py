#!/usr/bin/env python3
"""Accepts one line holding a guest's name; see the statement for its shape."""

import re
import sys

NAME = re.compile(r"[A-Za-z'-]+( [A-Za-z'-]+)*\n")

text = sys.stdin.buffer.read().decode("ascii")
assert NAME.fullmatch(text), f"not a name on one line: {text!r}"
assert len(text) <= 51, "name longer than 50 characters"
sys.exit(42)
