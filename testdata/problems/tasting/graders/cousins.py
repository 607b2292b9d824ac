#!/usr/bin/env python3
"""Leaves the worst results out and adds the others up. Usage: cousins.py --leave-out N < RESULTS

Accepted when anything is; else the first error.
"""

import sys

leave_out = int(sys.argv[sys.argv.index("--leave-out") + 1])
results = [line.split() for line in sys.stdin if line.strip()]
scores = sorted((float(score) for _, score in results), reverse=True)
verdicts = [verdict for verdict, _ in results]
verdict = "AC" if "AC" in verdicts else verdicts[0]
print(verdict, f"{sum(scores[: len(scores) - leave_out]):g}")
