#!/usr/bin/env python3
"""Planets: old almanacs with few, new ones with many, flat orbits among them."""

import math
import random


def cases():
    """Yields (name, input, answer) for every secret testcase."""
    rng = random.Random(1609)
    known = [("0", "0"), ("0", "0.97"), ("3.141592653589", "0.5"), ("1.5", "0.205630"), ("1000", "0.97"), ("0.000001", "0.9")]
    for number in range(1, 4):
        yield case(f"1-old/{number}", planets(rng, 10 * number, 0.9))
    yield case("2-known/1", known)
    yield case("2-known/2", [(f"{i / 100:.2f}", "0.2056") for i in range(629)])
    yield case("3-almanac/1", planets(rng, 50_000, 0.97))
    yield case("3-almanac/2", planets(rng, 49_999, 0.3))


def planets(rng, n, flattest):
    return [(f"{rng.uniform(0, 1000):.9f}", f"{rng.uniform(0, flattest):.9f}") for _ in range(n)]


def case(name, pairs):
    lines = [str(len(pairs)), *(" ".join(pair) for pair in pairs)]
    return f"secret/{name}", "\n".join(lines) + "\n", "".join(f"{kepler(float(m), float(e)):.12f}\n" for m, e in pairs)


def kepler(m, e):
    low, high = m - e, m + e
    for _ in range(60):
        middle = (low + high) / 2
        if middle - e * math.sin(middle) < m:
            low = middle
        else:
            high = middle
    return (low + high) / 2
