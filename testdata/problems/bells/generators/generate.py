#!/usr/bin/env python3
"""Periods that are equal, coprime, multiples of each other, longer than the night, and random."""

import random
from math import lcm

GROUPS = {"1-small": (40, 10**3), "2-medium": (10**5, 10**9), "3-large": (10**9, 10**18)}
PER_GROUP = 20


def cases():
    """Yields (name, input, answer) for every secret testcase."""
    rng = random.Random(60)
    for group, (longest, last) in GROUPS.items():
        for number, (kind, a, b, n) in enumerate(group_of(rng, longest, last), start=1):
            yield f"secret/{group}/{number:02}-{kind}", f"{a} {b} {n}\n", f"{n // a + n // b - 2 * (n // lcm(a, b))}\n"


def group_of(rng, longest, last):
    third = longest // 3
    found = [
        ("every-minute", 1, 1, last),
        ("one-rings-always", 1, longest, last),
        ("equal", longest, longest, last),
        ("multiple", third, 3 * third, last),
        ("multiple-reversed", 2 * third, third, last),
        ("neighbours", longest - 1, longest, last),
        ("one-minute", 1, longest, 1),
        ("short-periods", 3, 7, last - 1),
        ("silence", longest, longest - 1, min(last, longest - 2)),
        ("just-before-both", longest, longest - 1, min(last, longest * (longest - 1) - 1)),
        ("just-both", longest, longest - 1, min(last, longest * (longest - 1))),
    ]
    while len(found) < PER_GROUP - 5:
        found.append(("random", rng.randint(1, longest), rng.randint(1, longest), rng.randint(1, last)))
    while len(found) < PER_GROUP:
        shared = rng.randint(2, max(2, round(longest**0.5)))
        a, b = (shared * rng.randint(1, longest // shared) for _ in "ab")
        found.append(("shared-divisor", a, b, rng.randint(last // 2, last)))
    return found
