#!/usr/bin/env python3
"""Clocks: famous numbers, simple ones, and those between simple ones."""

from fractions import Fraction

CLOCKS = [(10, "0.1"), (10, "10.0"), (10, "9.9"), (100, "3.141592654"), (1000, "2.718281828"), (100_000, "1.618033989")]
CLOCKS += [(100_000, "0.333333333"), (100_000, "0.5"), (99_991, "9.999999999"), (12_345, "1.000000001"), (100_000, "0.123456789"), (50_000, "7.654321098")]


def cases():
    """Yields (name, input, answer) for every secret testcase."""
    for number, (n, x) in enumerate(CLOCKS, 1):
        a, b = best(n, Fraction(x))
        yield f"secret/{number:02}", f"{n} {x}\n", f"{a} {b}\n"


def best(n, x):
    pairs = ((a, b) for b in range(1, n + 1) for a in (int(x * b), int(x * b) + 1) if 1 <= a <= n)
    return min(pairs, key=lambda pair: abs(Fraction(*pair) - x))
