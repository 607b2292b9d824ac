#!/usr/bin/env python3
"""Accepts n, m and m pairs of different fish, no pair twice and no fish in more than three."""

import re
import sys
from collections import Counter

text = sys.stdin.read()
assert re.fullmatch(r"((0|[1-9]\d*) (0|[1-9]\d*)\n)+", text), "not two integers on each line"
(n, m), *pairs = (tuple(map(int, line.split())) for line in text.splitlines())
assert 1 <= n <= 50_000 and 0 <= m <= 75_000, "n or m out of bounds"
assert len(pairs) == m, f"{len(pairs)} pairs, not {m}"
assert all(1 <= u <= n and 1 <= v <= n and u != v for u, v in pairs), "not a pair of fish"
assert len({frozenset(pair) for pair in pairs}) == m, "a pair occurs twice"
assert max(Counter(fish for pair in pairs for fish in pair).values(), default=0) <= 3, "a fish has four enemies"
sys.exit(42)
