#!/usr/bin/env python3
"""Accepts the mayor's names, with the registers in the working directory. Usage: validate.py YEAR REGISTER... < INPUT"""

import re
import sys

year, *registers = sys.argv[1:]
assert re.fullmatch(r"1[5-9]\d\d|20\d\d|2100", year), "not a year"
names = sys.stdin.read()
assert re.fullmatch(r"([A-Za-z]{1,20}\n){1,10000}", names), "not one name on each line"
lines = 0
for register in registers:
    with open(register) as file:
        for line in file:
            lines += 1
            assert re.fullmatch(r"(1[5-9]\d\d|20\d\d|2100) [A-Za-z]{1,20}\n", line), f"{register}: not a year and a name"
assert registers and lines <= 100_000, "no register, or too many lines"
sys.exit(42)
