#!/usr/bin/env python3
"""Telegrams."""

import random


def cases():
    """Yields (name, input, answer) for every secret testcase."""
    rng = random.Random(8)
    telegrams = ["stop", "arriving tuesday stop send umbrella stop", "zz aa", "a a a", "no yes no", "longest shortest last"]
    telegrams += [" ".join("".join(rng.choice("abcdefghij") for _ in range(rng.randint(1, 20))) for _ in range(50)) for _ in range(4)]
    for number, telegram in enumerate(telegrams, 1):
        yield f"secret/1-right/{number:02}", f"{telegram}\n", f"{min(telegram.split(), key=len)}\n"
