#!/usr/bin/env python3
"""Accepts n, n amounts of oil and n - 1 chambers before, which must form a tree with chamber 1 as its root."""

import re
import sys

head, *lines = sys.stdin.read().split("\n")
assert re.fullmatch("[1-9][0-9]*", head) and int(head) <= 100_000, f"not a number of chambers: {head!r}"
n = int(head)
assert lines.pop() == "" and len(lines) == (1 if n == 1 else 2), "wrong number of lines"
assert all(re.fullmatch(r"(0|[1-9]\d*)( (0|[1-9]\d*))*", line) for line in lines), "not integers with single spaces"
oil, before = (list(map(int, line.split())) for line in (*lines, "")[:2])
assert len(oil) == n and max(oil) <= 10**9, "wrong number of lamps, or too much oil"
assert len(before) == n - 1 and all(1 <= b <= n for b in before), "not a chamber"
behind = [[] for _ in range(n + 1)]
for chamber, b in enumerate(before, start=2):
    behind[b].append(chamber)
reached = [1]
for chamber in reached:
    reached += behind[chamber]
assert len(reached) == n, "some chambers cannot be reached"
sys.exit(42)
