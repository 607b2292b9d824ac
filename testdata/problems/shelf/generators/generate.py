#!/usr/bin/env python3
"""Shelves; the answers are shortest ways to sort them."""

import random


def cases():
    """Yields (name, input, answer) for every secret testcase."""
    rng = random.Random(2)
    shelves = {
        "01-one-volume": [1],
        "02-in-order": list(range(1, 11)),
        "03-two-exchanged": [2, 1],
        "04-reversed": list(range(2000, 0, -1)),
        "05-one-to-the-right": [*range(2, 2001), 1],
        "06-last-to-the-left": [2000, *range(1, 2000)],
        "07-pairs-exchanged": [i + 1 if i % 2 else i - 1 for i in range(1, 2001)],
    }
    for number, n in enumerate((3, 5, 10, 100, 1999, 2000), start=8):
        shelves[f"{number:02}-random"] = rng.sample(range(1, n + 1), n)
    for name, books in shelves.items():
        yield f"secret/{name}", f"{len(books)}\n{' '.join(map(str, books))}\n", swaps(books)


def swaps(books):
    books, found = [0, *books], []
    for place in range(1, len(books)):
        while books[place] != place:
            other = books[place]
            found.append(f"{place} {other}\n")
            books[place], books[other] = books[other], books[place]
    return f"{len(found)}\n{''.join(found)}"
