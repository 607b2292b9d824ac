#!/usr/bin/env python3
"""Accepts three lines of a poem. Usage: validate.py [--single-spaces] < INPUT"""

import re
import sys

text = sys.stdin.read()
assert re.fullmatch(r"([A-Za-z]([A-Za-z,.\- ]{0,58}[A-Za-z])?\n){3}", text), "not three lines"
assert "--single-spaces" not in sys.argv or "  " not in text, "two spaces in a row"
sys.exit(42)
