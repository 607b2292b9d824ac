#!/usr/bin/env python3
"""Accepts n, w and n parcels within their bounds."""

import re
import sys

text = sys.stdin.read()
assert re.fullmatch(r"([1-9]\d* [1-9]\d*\n)+", text), "not two integers on each line"
(n, limit), *parcels = (tuple(map(int, line.split())) for line in text.splitlines())
assert n == len(parcels) <= 100 and limit <= 10_000, "n or w is out of bounds"
assert all(weight <= limit and fee <= 10**6 for weight, fee in parcels), "a parcel is out of bounds"
sys.exit(42)
