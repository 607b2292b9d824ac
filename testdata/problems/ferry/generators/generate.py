#!/usr/bin/env python3
"""Lines of cars, growing from group to group."""

import random


def cases():
    """Yields (name, input, answer) for every secret testcase."""
    rng = random.Random(7)
    small = [(1, [5]), (1, [3, 4, 5]), (3, [3, 4, 5]), (2, [9, 1, 1, 1]), (2, [1, 1, 1, 9]), (7, [20] * 50), (4, lengths(rng, 50, 20)), (49, lengths(rng, 50, 20))]
    middle = [(1, lengths(rng, 2000, 500_000)), (2000, lengths(rng, 2000, 500_000)), (37, lengths(rng, 1999, 500_000)), (2, [10**9 - 1999] + [1] * 1999)]
    large = [(1, [10**9] * 200_000), (1000, lengths(rng, 200_000, 10**9)), (20_011, lengths(rng, 200_000, 10**9)), (3, [1] * 199_999 + [10**9])]
    for group, lines in ("1-small", small), ("2-medium", middle), ("3-large", large):
        for number, (k, cars) in enumerate(lines, 1):
            yield f"secret/{group}/{number:02}", f"{len(cars)} {k}\n{' '.join(map(str, cars))}\n", f"{shortest(k, cars)}\n"


def lengths(rng, n, longest):
    return [rng.randint(1, longest) for _ in range(n)]


def shortest(k, cars):
    low, high = max(cars), sum(cars)
    while low < high:
        middle = (low + high) // 2
        if trips(middle, cars) <= k:
            high = middle
        else:
            low = middle + 1
    return low


def trips(ferry, cars):
    count, left = 1, ferry
    for car in cars:
        if car > left:
            count, left = count + 1, ferry
        left -= car
    return count
