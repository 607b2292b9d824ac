#!/usr/bin/env python3
"""Registers and questions. A case is a year, its registers by name, and the questions."""

import random
from functools import cache


def cases():
    """Yields (name, input, answer) for every secret testcase."""
    for name, (year, registers, questions) in archives().items():
        counts = {}
        for lines in registers.values():
            for born, child in lines:
                if born >= year:
                    counts[child] = counts.get(child, 0) + 1
        yield f"secret/{name}", "".join(f"{child}\n" for child in questions), "".join(f"{counts.get(child, 0)}\n" for child in questions)


def files():
    """Yields (path below data/, content) for every other file of the secret testcases."""
    for name, (year, registers, _) in archives().items():
        words = ", ".join(f'"{word}"' for word in [year, *registers])
        yield f"secret/{name}.yaml", f"args: [{words}]\n"
        for register, lines in registers.items():
            yield f"secret/{name}.files/{register}", "".join(f"{born} {child}\n" for born, child in lines)


@cache
def archives():
    rng = random.Random(1784)
    return {
        "01-one-line": (1700, {"box.txt": [(1700, "Ada")]}, ["Ada", "ada", "Grace"]),
        "02-too-early": (1701, {"box.txt": [(1700, "Ada")]}, ["Ada"]),
        "03-empty-box": (1500, {"a": [], "b": [(1999, "Bo"), (1500, "Bo")]}, ["Bo"] * 3),
        "04-many-boxes": (1850, {f"box-{i:02}.txt": births(rng, 20) for i in range(30)}, questions(rng, 50)),
        "05-odd-names": (2000, {"input": births(rng, 9), "1900": births(rng, 9), "main.in": births(rng, 9)}, questions(rng, 20)),
        "06-large": (1600, {"first.txt": births(rng, 60_000), "second.txt": births(rng, 40_000)}, questions(rng, 10_000)),
    }


def births(rng, n):
    return [(rng.randint(1500, 2100), child) for child in questions(rng, n)]


def questions(rng, n):
    return ["".join(rng.choice("ABab") for _ in range(rng.randint(1, 6))) for _ in range(n)]
