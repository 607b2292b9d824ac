#!/usr/bin/env python3
"""Days at the airport: from one suitcase to half a million."""

import random

LARGEST = 1_059_999


def cases():
    """Yields (name, input, answer) for every secret testcase."""
    rng = random.Random(10)
    yield case("1-small/01-single", [10**9], 10**9)
    yield case("1-small/02-three", [7, 3, 7], 3)
    yield case("1-small/03-in-pairs", [5, 5, 2, 2, 9, 8, 8], 9)
    for number, n in enumerate((11, 101, 1_001, 2_001, 4_999), start=4):
        day, alone = shuffled(rng, n, 10 ** (number + 1))
        yield case(f"1-small/{number:02}-random", day, alone)
    day, alone = shuffled(rng, 99_999, 10**9)
    yield case("2-large/01-random", day, alone)
    day, alone = shuffled(rng, 199_999, 10**9)
    yield case("2-large/02-sorted", sorted(day), alone)
    day, alone = shuffled(rng, LARGEST, 10**9)
    yield case("2-large/03-ten-megabytes", day, alone)


def shuffled(rng, n, largest):
    """A day of n scans in random order, and the tag that is scanned once."""
    tags = rng.sample(range(1, largest + 1), n // 2 + 1)
    day = tags + tags[1:]
    rng.shuffle(day)
    return day, tags[0]


def case(name, day, alone):
    return f"secret/{name}", "\n".join(map(str, [len(day), *day])) + "\n", f"{alone}\n"
