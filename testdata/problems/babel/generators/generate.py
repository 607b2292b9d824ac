#!/usr/bin/env python3
"""Evenings at the tower."""

import random


def cases():
    """Yields (name, input, answer) for every secret testcase."""
    rng = random.Random(11)
    evenings = [[0], [1_000_000], [7] * 10, [rng.randint(0, 10**6) for _ in range(1000)], [10**6] * 1000]
    for number, bricks in enumerate(evenings, 1):
        yield f"secret/{number}", "\n".join(map(str, [len(bricks), *bricks])) + "\n", f"{sum(bricks)}\n"
