#!/usr/bin/env python3
"""Accepts lines of digits. In the directory's deprecated name, as packages of ten years ago have it."""

import re
import sys

text = sys.stdin.read()
assert re.fullmatch(r"((\d\d){1,250}\n){1,1000}", text), "not lines of an even number of digits"
sys.exit(42)
