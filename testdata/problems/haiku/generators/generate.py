#!/usr/bin/env python3
"""Poems, most of them bad ones."""

import random
import re

PLAIN = [
    "Rain on the tin roof\nThe cat counts every drop twice\nNobody asks it",
    "Late bus, empty square\nA pigeon checks the timetable\nand walks off again",
    "a\nb\nC",
    "Frost, then a robin\nthen the robin without frost\nThen only the fence",
]
SPACED = ["a  b\nc   d e\nF    g", "Slow     river\nslower    boat\nslowest   fisherman", "x y  z   w\n- not this\nlast" .replace("- not", "q- not")]


def cases():
    """Yields (name, input, answer) for every secret testcase."""
    rng = random.Random(17)
    wild = ["\n".join("".join(rng.choice("aB ,.-c  ") for _ in range(60)).strip(" ,.-") or "z" for _ in range(3)) for _ in range(4)]
    for group, poems in ("1-plain", PLAIN), ("2-spaced", SPACED + wild):
        for number, poem in enumerate(poems, 1):
            mirrored = "".join("".join(reversed(re.split("( +)", line))) + "\n" for line in poem.split("\n"))
            yield f"secret/{group}/{number}", poem + "\n", mirrored
