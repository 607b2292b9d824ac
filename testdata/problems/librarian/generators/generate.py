#!/usr/bin/env python3
"""Days in the library."""

import random
from bisect import bisect_left, insort

TALLEST = 100_000


def cases():
    """Yields (name, input, answer) for every secret testcase."""
    rng = random.Random(451)
    yield case("01-quiet", ["? 1", "? 100000"])
    yield case("02-one", ["+ 7", "? 7", "? 8", "- 7", "? 8"])
    yield case("03-same", ["+ 5"] * 10 + ["? 5", "? 6"] + ["- 5"] * 10 + ["? 6"])
    yield case("04-tallest", ["+ 100000", "? 100000", "+ 1", "? 100000", "? 2", "? 1"])
    yield case("05-small", day(rng, 300, 20))
    yield case("10-busy", day(rng, 100_000, TALLEST))
    yield case("11-thick", day(rng, 100_000, 50))
    yield case("12-grows", [f"+ {rng.randint(1, TALLEST)}" for _ in range(50_000)] + [f"? {rng.randint(1, TALLEST)}" for _ in range(50_000)])


def day(rng, calls, tallest):
    books, lines = [], []
    for _ in range(calls):
        call = rng.choice("++-??")
        if call == "-" and books:
            at = rng.randrange(len(books))
            books[at], books[-1] = books[-1], books[at]
            lines.append(f"- {books.pop()}")
            continue
        height = rng.randint(1, tallest)
        if call != "?":
            books.append(height)
        lines.append(f"{'?' if call == '?' else '+'} {height}")
    return lines


def case(name, lines):
    shelf, answers = [], []
    for line in lines:
        height = int(line[2:])
        at = bisect_left(shelf, height)
        if line[0] == "+":
            insort(shelf, height)
        elif line[0] == "-":
            del shelf[at]
        else:
            answers.append(f"{at}\n")
    return f"secret/{name}", "\n".join([str(len(lines)), *lines]) + "\n", "".join(answers)
