#!/usr/bin/env python3
"""Four rounds of sums; a wrong result is off by a little, by a lot, or the same modulo 2**64."""

import random


def cases():
    """Yields (name, input, answer) for every secret testcase."""
    rng = random.Random(4)
    for group, bound, results in (
        ("1-small", 10**4, "yynyynnn"),
        ("2-middle", 10**9, "ynynnyny"),
        ("3-large", 10**18, "ynyw"),
        ("4-joker", 10**18, "nynw"),
    ):
        for number, result in enumerate(results, 1):
            sign = "*" if bound > 10**4 else "+-*"[number % 3]
            a, b = rng.randint(bound // 2, bound), rng.randint(bound // 2, bound)
            right = {"+": a + b, "-": a - b, "*": a * b}[sign]
            said = {"y": right, "n": right + 10 * rng.randint(1, 9), "w": right + (1 << 64)}[result]
            yield f"secret/{group}/{number:02}", f"{a} {sign} {b} = {said}\n", "yes\n" if result == "y" else "no\n"
