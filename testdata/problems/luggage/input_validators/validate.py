#!/usr/bin/env python3
"""Accepts n and n tags, a line each, of which one occurs once and the others twice."""

import re
import sys

data = sys.stdin.buffer.read()
assert re.fullmatch(rb"(?:[1-9][0-9]{0,9}\n)+", data), "not a positive integer on each line"
n, *tags = map(int, data.split())
assert n % 2 == 1 and n < 1_100_000, "n is even or too large"
assert len(tags) == n, f"{len(tags)} tags, not {n}"
assert max(tags) <= 10**9, "a tag is too large"
tags.sort()
alone = [t for i, t in enumerate(tags) if tags[i - 1] != t != tags[(i + 1) % n]] if n > 1 else tags
assert len(alone) == 1 and len(set(tags)) == n // 2 + 1, "the tags do not pair up"
sys.exit(42)
