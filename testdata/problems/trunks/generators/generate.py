#!/usr/bin/env python3
"""Piles of boxes. The answer is the number of trunks that the largest-first rule needs, which is the least for powers of two."""

import random


def cases():
    """Yields (name, input, answer) for every secret testcase."""
    rng = random.Random(12)
    yield case("01-one", [1024])
    yield case("02-in-turn", [512, 256, 512, 256, 512, 512, 1024, 1, 256, 256] * 8)
    yield case("03-mixed", [1 << rng.randrange(11) for _ in range(100_000)])
    yield case("04-small-first", sorted(1 << rng.randrange(10) for _ in range(99_999)))


def case(name, sizes):
    return f"secret/{name}", "\n".join(map(str, [len(sizes), *sizes])) + "\n", f"{-(-sum(sizes) // 1024)}\n"
