#!/usr/bin/env python3
"""Rolls of tickets."""

import random


def cases():
    """Yields (name, input, answer) for every secret testcase."""
    rng = random.Random(1961)
    yield case("01-two-digits", [f"{number:02}" for number in range(100)])
    yield case("02-zeros", ["00", "0000", "000000", "0" * 500])
    yield case("03-long", ["9" * 500, "9" * 250 + "0" * 250, "1" * 500])
    yield case("04-random", [roll(rng, 2 * rng.randint(1, 5)) for _ in range(1000)])
    yield case("05-random-long", [roll(rng, 500) for _ in range(200)])


def roll(rng, digits):
    half = [rng.choice("0123456789") for _ in range(digits // 2)]
    other = rng.sample(half, len(half))
    if rng.random() < 0.3:
        other[0] = rng.choice("0123456789")
    return "".join(half + other)


def lucky(ticket):
    half = len(ticket) // 2
    return sum(map(int, ticket[:half])) == sum(map(int, ticket[half:]))


def case(name, tickets):
    return f"secret/{name}", "".join(f"{ticket}\n" for ticket in tickets), "".join("lucky\n" if lucky(t) else "unlucky\n" for t in tickets)
