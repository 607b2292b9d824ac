#!/usr/bin/env python3
"""Accepts a sum. Usage: question.py BOUND < INPUT"""

import re
import sys

found = re.fullmatch(r"(0|[1-9]\d*) [-+*] (0|[1-9]\d*) = (0|-?[1-9]\d*)\n", sys.stdin.read())
assert found, "not a sum"
assert max(int(found[1]), int(found[2])) <= int(sys.argv[1]), "a number is out of bounds"
sys.exit(42)
