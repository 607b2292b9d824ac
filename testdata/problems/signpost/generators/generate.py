#!/usr/bin/env python3
"""Signs of the county, some of them hard to paint."""

import random
import string

SIGNS = {
    "01-one-character": ["X"],
    "02-even-in-odd": ["To", "the", "sea"],
    "03-odd-in-even": ["Harbour!", "<-- 3 km", "o"],
    "04-case": ["TEA room", "tea ROOM", "Tea Room"],
    "05-inner-spaces": ["mind  the   gap", "a b", "wide        open"],
    "06-percent-and-backslash": ["100%d of %s", "C:\\new\\t", "$HOME `ls` \"quoted\" 'too'", "*", "-n", "-e"],
    "07-frame-characters": ["+--+", "|  |", "+--+"],
    "08-longest-first": ["x" * 60, "y"],
    "09-longest-last": ["y", "x" * 60],
    "10-widest-everywhere": ["W" * 60] * 50,
    "11-stairs": ["/" * n for n in range(1, 51)],
}


def cases():
    """Yields (name, input, answer) for every secret testcase."""
    rng = random.Random(11)
    printable = string.ascii_letters + string.digits + string.punctuation
    signs = dict(SIGNS)
    for number in range(12, 16):
        signs[f"{number}-random"] = [random_line(rng, printable) for _ in range(rng.randint(5, 50))]
    for name, lines in signs.items():
        yield f"secret/{name}", f"{len(lines)}\n" + "\n".join(lines) + "\n", sign(lines)


def random_line(rng, printable):
    inner = "".join(rng.choice(printable + " " * 30) for _ in range(rng.randint(0, 58)))
    return rng.choice(printable) + inner + rng.choice(printable)


def sign(lines):
    width = max(map(len, lines))
    border = "+" + "-" * (width + 2) + "+\n"
    rows = []
    for line in lines:
        left = (width - len(line)) // 2
        rows.append("| " + " " * left + line + " " * (width - left - len(line)) + " |\n")
    return border + "".join(rows) + border
