#!/usr/bin/env python3
"""Accepts one integer from 1 to the group's bound. Usage: validate.py [--max-n N] < INPUT"""

import re
import sys

most = int(sys.argv[sys.argv.index("--max-n") + 1]) if "--max-n" in sys.argv else 10**6
text = sys.stdin.read()
assert re.fullmatch(r"[1-9]\d*\n", text), "not one integer"
assert int(text) <= most, "n is out of bounds"
sys.exit(42)
