#!/usr/bin/env python3
"""Stairs, good ones and bad ones."""

import random


def cases():
    """Yields (name, input, answer) for every secret testcase."""
    rng = random.Random(2)
    flights = [(1, []), (2, []), (2, [1]), (3, [1, 2]), (30, []), (40, [7, 20]), (90, []), (5000, [n for n in range(1, 5000) if rng.random() < 0.1])]
    flights += [(100_000, []), (100_000, list(range(1, 100_000, 2))), (99_999, list(range(3, 99_999, 17)))]
    for number, (n, broken) in enumerate(flights, 1):
        yield f"secret/{number:02}", f"{n} {len(broken)}\n{' '.join(map(str, broken))}\n", f"{ways(n, set(broken))}\n"


def ways(n, broken):
    below, here = 0, 1
    for step in range(1, n + 1):
        below, here = here, 0 if step in broken else (below + here) % 1_000_000_007
    return here
