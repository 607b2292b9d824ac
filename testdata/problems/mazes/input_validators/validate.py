#!/usr/bin/env python3
"""Accepts a plan."""

import re
import sys

text = sys.stdin.read()
assert re.fullmatch(r"([AB.#]+\n)+", text), "not a plan"
assert len(set(map(len, text.splitlines()))) == 1, "the lines are not equally long"
assert text.count("A") == text.count("B") == 1, "not one gate and one bench"
sys.exit(42)
