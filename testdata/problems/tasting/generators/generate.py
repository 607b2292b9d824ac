#!/usr/bin/env python3
"""Marks: small, alike, negative, many, and large."""

import random


def cases():
    """Yields (name, input, answer) for every secret testcase."""
    rng = random.Random(5)
    draws = {
        "1-small": lambda: rng.sample(range(100), rng.randint(3, 9)),
        "2-alike": lambda: [rng.choice([6, 7]) for _ in range(20)],
        "3-negative": lambda: [-rng.randint(50, 99) for _ in range(30)],
        "4-many": lambda: [rng.randint(-100, 120) for _ in range(1000)],
        "5-large": lambda: [rng.randint(10**9 - 1000, 10**9) for _ in range(1000)],
    }
    for group, draw in draws.items():
        for number in range(1, 5):
            marks = [3, 1, 2] if (group, number) == ("1-small", 1) else draw()
            yield f"secret/{group}/{number}", f"{len(marks)}\n{' '.join(map(str, marks))}\n", f"{sum(sorted(marks)[1:-1])}\n"
