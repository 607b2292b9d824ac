#!/usr/bin/env python3
"""What people think of: the ends, the middle, and the numbers that take the longest."""

SECRETS = [(1, 1), (2, 1), (2, 2), (3, 2), (1000, 1), (1000, 1000), (1000, 500), (1000, 501), (1000, 999), (1000, 7), (513, 512), (700, 613)]


def cases():
    """Yields (name, input, answer) for every secret testcase."""
    for number, (n, secret) in enumerate(SECRETS, 1):
        yield f"secret/{number:02}-{secret}-of-{n}", f"{n}\n", f"{secret}\n"
