#!/usr/bin/env python3
"""Floors: chessboards with holes, and scattered tiles of five colours."""

import random


def cases():
    """Yields (name, input, answer) for every secret testcase."""
    rng = random.Random(9)
    for number, (r, c, kept) in enumerate([(1, 1, 0), (1, 1, 1), (1, 9, 0.3), (9, 1, 0.3), (30, 40, 0.1), (5, 5, 0)], 1):
        yield case(rng, f"1-chess/{number}", r, c, 2, kept)
    for number, (r, c, kept) in enumerate([(1, 1, 0.5), (3, 3, 0.4), (20, 20, 0.5), (50, 10, 0.1)], 1):
        yield case(rng, f"2-bright/{number}", r, c, 5, kept)
    yield case(rng, "3-hall/1", 1500, 1500, 5, 0.3)
    yield case(rng, "3-hall/2", 1499, 1500, 5, 0.0001)


def case(rng, name, r, c, k, kept):
    turn = rng.randrange(2)
    floor = [["."] * c for _ in range(r)]
    for i in range(r):
        for j in range(c):
            if rng.random() < kept:
                free = (i == 0 or floor[i - 1][j] == ".") and (j == 0 or floor[i][j - 1] == ".")
                if k == 2:
                    floor[i][j] = "12"[(i + j + turn) % 2]
                elif free:
                    floor[i][j] = rng.choice("12345")
    rows = "".join("".join(row) + "\n" for row in floor)
    return f"secret/{name}", f"{r} {c} {k}\n{rows}", "any floor\n"
