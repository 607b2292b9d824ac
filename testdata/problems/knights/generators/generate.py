#!/usr/bin/env python3
"""Yards. As many knights as there can be guests: half of the free squares, rounded up."""

import random


def cases():
    """Yields (name, input, answer) for every secret testcase."""
    rng = random.Random(64)
    yield case("01-one", ["."])
    yield case("02-row", ["." * 9])
    yield case("03-chessboard", ["." * 8] * 8)
    yield case("04-black", ["".join(".#"[(i + j) % 2] for j in range(9)) for i in range(9)])
    yield case("05-white", ["".join("#."[(i + j) % 2] for j in range(9)) for i in range(8)])
    yield case("06-few", yard(rng, 20, 30, 0.9), 2)
    for number in range(4):
        yield case(f"1{number}-random", yard(rng, rng.randint(5, 60), rng.randint(5, 60), rng.random()))
    yield case("20-empty", ["." * 1000] * 1000)
    yield case("21-random", yard(rng, 1000, 999, 0.4))


def yard(rng, r, c, tables):
    return ["".join("#" if rng.random() < tables else "." for _ in range(c)) for _ in range(r)]


def case(name, rows, k=None):
    free = sum(row.count(".") for row in rows)
    k = k or (free + 1) // 2
    return f"secret/{name}", "\n".join([f"{len(rows)} {len(rows[0])} {k}", *rows]) + "\n", "any way\n"
