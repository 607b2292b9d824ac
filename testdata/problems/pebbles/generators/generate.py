#!/usr/bin/env python3
"""Flocks: none, one, all, powers of two, and some at random."""

import random


def cases():
    """Yields (name, input, answer) for every secret testcase."""
    rng = random.Random(20)
    flocks = [0, 1, 2, 9, 10, 12, 21, 100, 1 << 19, (1 << 20) - 1, 12_345, 543_210] + [rng.randrange(1 << 20) for _ in range(6)]
    for number, x in enumerate(flocks, 1):
        yield f"secret/{number:02}-{x}", f"pack\n{x}\n", f"{x}\n"
