#!/usr/bin/env python3
"""Caves: deep, wide, bushy; the chambers behind the entrance are numbered at random."""

import random

LARGEST = 100_000


def cases():
    """Yields (name, input, answer) for every secret testcase."""
    rng = random.Random(150)
    yield case(rng, "1-small/01-entrance-only", [5], [])
    yield case(rng, "1-small/02-no-oil", [0] * 6, [1, 1, 2, 2, 3])
    yield case(rng, "1-small/03-passage", [1] * 9, list(range(1, 9)))
    yield case(rng, "1-small/04-star", [10] + [10] * 9, [1] * 9)
    yield case(rng, "1-small/05-all-oil-at-the-end", [0] * 8 + [10**9], list(range(1, 9)))
    yield case(rng, "1-small/06-all-oil-at-the-entrance", [10**9] + [1] * 8, [1, 1, 2, 2, 3, 3, 4, 4])
    for number, depth in enumerate((1, 3, 10, 100), start=7):
        yield case(rng, f"1-small/{number:02}-random", *bushy(rng, 100 * depth, depth))
    yield case(rng, "2-large/01-passage", oils(rng, LARGEST), list(range(1, LARGEST)))
    yield case(rng, "2-large/02-passage-of-equals", [10**9] * LARGEST, list(range(1, LARGEST)))
    yield case(rng, "2-large/03-star", oils(rng, LARGEST), [1] * (LARGEST - 1))
    yield case(rng, "2-large/04-comb", oils(rng, LARGEST), [max(1, c - 2 + c % 2) for c in range(1, LARGEST)])
    yield case(rng, "2-large/05-bushy", *bushy(rng, LARGEST, 3))
    yield case(rng, "2-large/06-deep", *bushy(rng, LARGEST, LARGEST // 20))


def oils(rng, n):
    return [rng.randint(0, 10**9) for _ in range(n)]


def bushy(rng, n, depth):
    """Each chamber goes behind one of the `depth` before it, or of all when that is few."""
    near = [rng.randint(max(1, c - max(1, n // depth)), c) for c in range(1, n)]
    return oils(rng, n), near


def case(rng, name, oil, before):
    """`before[i]` belongs to chamber i + 2 and is smaller than it; the input then numbers the chambers afresh."""
    n = len(oil)
    answer = bright(oil, before)
    number = [0, 1, *rng.sample(range(2, n + 1), n - 1)]
    fresh_oil, fresh_before = [0] * (n + 1), [0] * (n + 1)
    for chamber in range(1, n + 1):
        fresh_oil[number[chamber]] = oil[chamber - 1]
        fresh_before[number[chamber]] = number[before[chamber - 2]] if chamber > 1 else 0
    lines = [[n], fresh_oil[1:], fresh_before[2:]]
    text = "".join(" ".join(map(str, line)) + "\n" for line in lines if line)
    return f"secret/{name}", text, f"{answer}\n"


def bright(oil, before):
    n = len(oil)
    way, behind = [0, *oil], [0, *oil]
    for chamber in range(2, n + 1):
        way[chamber] += way[before[chamber - 2]]
    for chamber in range(n, 1, -1):
        behind[before[chamber - 2]] += behind[chamber]
    return sum(b >= w for b, w in zip(behind[1:], way[1:]))
