#!/usr/bin/env python3
"""Accepts a floor. Usage: validate.py [--colours K] < INPUT"""

import re
import sys

(head, *floor) = sys.stdin.read().split("\n")
assert re.fullmatch(r"[1-9]\d* [1-9]\d* [2-5]", head), "not three integers"
r, c, k = map(int, head.split())
assert "--colours" not in sys.argv or k == int(sys.argv[2]), "not the colours of this group"
assert r <= 1500 and c <= 1500 and floor.pop() == "" and len(floor) == r, "not r rows"
assert all(re.fullmatch(rf"[.1-{k}]{{{c}}}", row) for row in floor), "not c tiles"
if k < 5:
    signs = {(i + j + int(tile)) % 2 for i, row in enumerate(floor) for j, tile in enumerate(row) if tile != "."}
    assert len(signs) < 2 and not re.search("[345]", "".join(floor)), "no chessboard"
else:
    assert not any(re.search(r"\d\d", line) for line in [*floor, *map("".join, zip(*floor))]), "two tiles have a common edge"
sys.exit(42)
