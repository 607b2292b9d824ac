#!/usr/bin/env python3
"""Accepts a yard with enough free squares."""

import re
import sys

head, *yard = sys.stdin.read().split("\n")
assert re.fullmatch(r"[1-9]\d* [1-9]\d* [1-9]\d*", head), "not three integers"
r, c, k = map(int, head.split())
assert r <= 1000 and c <= 1000 and k <= 10**6 and yard.pop() == "" and len(yard) == r, "not r rows"
assert all(re.fullmatch(rf"[.#]{{{c}}}", row) for row in yard), "not c squares"
assert sum(row.count(".") for row in yard) >= 2 * k - 1, "too many knights"
sys.exit(42)
