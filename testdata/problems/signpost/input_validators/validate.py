#!/usr/bin/env python3
"""Accepts k and k lines of printable ASCII text without spaces at either end."""

import re
import sys

head, *lines = sys.stdin.buffer.read().decode("ascii").split("\n")
assert re.fullmatch("[1-9][0-9]?", head) and int(head) <= 50, f"not a number of lines: {head!r}"
assert lines.pop() == "", "the input does not end with a newline"
assert len(lines) == int(head), f"{len(lines)} lines, not {head}"
for line in lines:
    assert re.fullmatch("[!-~]([ -~]{,58}[!-~])?", line), f"not a line of a sign: {line!r}"
sys.exit(42)
