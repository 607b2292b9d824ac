#!/usr/bin/env python3
"""Depots. The answer is the fees of the best tour."""

import random


def cases():
    """Yields (name, input, answer) for every secret testcase."""
    rng = random.Random(31)
    for number, n in enumerate((1, 10, 100), 1):
        yield case(f"1-alike/{number}", 100 * number, [(60, rng.randint(1, 10**6)) for _ in range(n)])
    for number, n in enumerate((5, 20, 50, 100), 1):
        yield case(f"2-any/{number}", 1000, [(rng.randint(1, 1000), rng.randint(1, 1000)) for _ in range(n)])
    yield case("3-worst/1", 10_000, [(10_000, 20_000), (1, 3)])
    yield case("3-worst/2", 100, [(51, 100), (50, 90), (50, 90)])
    for number in range(3, 7):
        weights = [rng.randint(2000, 5000) for _ in range(100)]
        yield case(f"3-worst/{number}", 10_000, [(weight, weight * 10 + rng.randint(0, 100)) for weight in weights])


def case(name, limit, parcels):
    lines = [f"{len(parcels)} {limit}", *(f"{weight} {fee}" for weight, fee in parcels)]
    return f"secret/{name}", "\n".join(lines) + "\n", f"{best(limit, parcels)}\n"


def best(limit, parcels):
    fees = [0] * (limit + 1)
    for weight, fee in parcels:
        for load in range(limit, weight - 1, -1):
            fees[load] = max(fees[load], fees[load - weight] + fee)
    return fees[limit]
