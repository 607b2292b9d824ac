#!/usr/bin/env python3
"""Accepts n, k and n lengths. Usage: validate.py [--max-n N] [--max-sum S] < INPUT"""

import argparse
import re
import sys

parser = argparse.ArgumentParser()
parser.add_argument("--max-n", type=int, default=200_000)
parser.add_argument("--max-sum", type=int, default=200_000 * 10**9)
bounds = parser.parse_args()
text = sys.stdin.read()
assert re.fullmatch(r"[1-9]\d* [1-9]\d*\n[1-9]\d*( [1-9]\d*)*\n", text), "not two lines of integers"
n, k, *cars = map(int, text.split())
assert 1 <= k <= n <= bounds.max_n and len(cars) == n, "n or k is out of bounds"
assert max(cars) <= 10**9 and sum(cars) <= bounds.max_sum, "the cars are too long"
sys.exit(42)
