#!/usr/bin/env python3
"""Ridges: n, the summit, and how steep both sides are."""

RIDGES = {
    "1-hill": [(1, 1, 1, 1), (2, 2, 1, 1), (3, 1, 7, 9), (10, 4, 1, 1000), (999, 610, 5, 1), (1000, 1, 1, 1), (1000, 1000, 1, 1), (1000, 377, 1, 999)],
    "2-mountain": [(10**6, 1, 1, 1), (10**6, 10**6, 3, 2), (10**6, 617_283, 1, 1), (999_983, 250_000, 1, 10**6), (10**6, 999_998, 10**6, 1), (832_041, 514_229, 2, 3)],
}


def cases():
    """Yields (name, input, answer) for every secret testcase."""
    for group, ridges in RIDGES.items():
        for number, (n, *rest) in enumerate(ridges, 1):
            yield f"secret/{group}/{number:02}", f"{n}\n", " ".join(map(str, rest)) + "\n"
