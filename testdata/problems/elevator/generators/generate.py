#!/usr/bin/env python3
"""Hotels. The answer is a way, or that there is none."""

from collections import deque

HOTELS = [(1, 1, 1, 1, 1), (2, 1, 2, 1, 1), (2, 1, 2, 2, 2), (10, 3, 3, 7, 9), (20, 1, 20, 5, 3), (100, 100, 1, 60, 41), (100, 100, 1, 60, 40), (7, 1, 7, 2, 4)]
HOTELS += [(1000, 1, 999, 2, 2), (1000, 1, 1000, 2, 2), (200_000, 1, 200_000, 1, 200_000), (200_000, 200_000, 1, 99_991, 100_003), (199_999, 5, 177_777, 1234, 4321), (200_000, 1, 2, 100_000, 99_999)]


def cases():
    """Yields (name, input, answer) for every secret testcase."""
    for number, hotel in enumerate(HOTELS, 1):
        yield f"secret/{number:02}", " ".join(map(str, hotel)) + "\n", way(*hotel) + "\n"


def way(f, a, b, u, d):
    came, queue = {a: ""}, deque([a])
    while queue and b not in came:
        at = queue.popleft()
        for floor, letter in (at + u, "U"), (at - d, "D"):
            if 1 <= floor <= f and floor not in came:
                came[floor] = letter
                queue.append(floor)
    if b not in came:
        return "take the stairs"
    letters = []
    while b != a:
        letters.append(came[b])
        b += d if came[b] == "D" else -u
    return "".join(reversed(letters)) or "-"
