#!/usr/bin/env python3
"""Cyclists in thousandths of a kilometre, so that small answers are exact fractions before they are rounded."""

import random
from fractions import Fraction

FAR, SLOW, FAST = 10**9, 100, 100_000  # thousandths
LARGEST = 60_000


def cases():
    """Yields (name, input, answer) for every secret testcase."""
    rng = random.Random(26)
    small = {
        "01-alone": [(12_345, 20_000)],
        "02-all-at-one-place": [(-7_500, 10_000), (-7_500, 25_500), (-7_500, 100)],
        "03-farthest-and-slowest": [(-FAR, SLOW), (FAR, SLOW)],
        "04-farthest-and-fastest": [(-FAR, FAST), (FAR, FAST)],
        "05-snail-and-racer": [(0, SLOW), (FAR, FAST)],
        "06-one-step": [(0, FAST), (1, FAST)],
        "07-slow-one-decides": [(-FAR, FAST), (0, SLOW), (1_000, SLOW), (FAR, FAST)],
        "08-meet-at-zero": [(-30_000, 15_000), (30_000, 15_000), (1_000, 14_000)],
    }
    for number in range(9, 15):
        small[f"{number:02}-random"] = crowd(rng, 5 * (number - 8) ** 2, 10 ** (number - 5))
    for name, cyclists in small.items():
        yield case(f"1-small/{name}", cyclists, pairwise)
    large = {
        "01-random": crowd(rng, LARGEST, FAR),
        "02-one-village": crowd(rng, LARGEST, 5_000),
        "03-farther-is-faster": [(x, min(FAST, SLOW + abs(x) // 10_000)) for x, _ in crowd(rng, LARGEST, FAR)],
        "04-all-alike": [(x, 17_500) for x, _ in crowd(rng, LARGEST, FAR)],
    }
    for name, cyclists in large.items():
        yield case(f"2-large/{name}", cyclists, narrowing)


def crowd(rng, n, far):
    return [(rng.randint(-far, far), rng.randint(SLOW, FAST)) for _ in range(n)]


def case(name, cyclists, solve):
    hours, place = solve(cyclists)
    lines = [str(len(cyclists)), *(f"{decimal(x)} {decimal(v)}" for x, v in cyclists)]
    return f"secret/{name}", "\n".join(lines) + "\n", f"{float(hours):.9f} {float(place) / 1000:.9f}\n"


def decimal(thousandths):
    """12500 -> 12.5, 3000 -> 3."""
    text = f"{abs(thousandths) // 1000}.{abs(thousandths) % 1000:03}".rstrip("0").rstrip(".")
    return "-" + text if thousandths < 0 else text


def pairwise(cyclists):
    """The two who need longest to meet each other decide: exact, and quadratic."""
    best = Fraction(0), cyclists[0][0]
    for x, v in cyclists:
        for y, w in cyclists:
            hours = Fraction(abs(x - y), v + w)
            if hours > best[0]:
                best = hours, x + hours * v * (1 if x < y else -1)
    return best


def narrowing(cyclists):
    """Moves to where the last from the left and the last from the right meet, until they are the same two."""
    place = Fraction(cyclists[0][0])
    hours = Fraction(-1)
    while True:
        at = float(place)
        y, w = max(cyclists, key=lambda c: (at - c[0]) / c[1])
        z, u = max(cyclists, key=lambda c: (c[0] - at) / c[1])
        if Fraction(z - y, u + w) <= hours:
            return hours, place
        hours = Fraction(z - y, u + w)
        place = y + hours * w
