#!/usr/bin/env python3
"""Chests: the false coin is fixed, or chosen by the thief (0)."""

CHESTS = [(1, 1), (2, 2), (3, 0), (4, 0), (9, 9), (10, 0), (81, 0), (82, 0), (100, 37), (200, 0), (242, 0), (243, 0), (243, 1), (243, 243)]


def cases():
    """Yields (name, input, answer) for every secret testcase."""
    for number, (n, false) in enumerate(CHESTS, 1):
        yield f"secret/{number:02}-{n}", f"{n}\n", f"{false}\n"
