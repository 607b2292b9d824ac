#!/usr/bin/env python3
"""With --same-weight, all parcels must weigh the same. Usage: alike.py [--same-weight] < INPUT"""

import sys

weights = {line.split()[0] for line in sys.stdin.read().splitlines()[1:]}
assert "--same-weight" not in sys.argv or len(weights) == 1, "the weights differ"
sys.exit(42)
