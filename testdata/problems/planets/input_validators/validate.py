#!/usr/bin/env python3
"""Accepts n and n pairs of decimal numbers."""

import re
import sys

head, *lines = sys.stdin.read().splitlines()
assert re.fullmatch(r"[1-9]\d*", head) and int(head) == len(lines) <= 50_000, "not n planets"
for line in lines:
    assert re.fullmatch(r"\d{1,4}(\.\d{1,12})? 0(\.\d{1,12})?", line), "not two decimal numbers"
    mean, flat = map(float, line.split())
    assert 0 <= mean <= 1000 and 0 <= flat <= 0.97, "out of bounds"
sys.exit(42)
