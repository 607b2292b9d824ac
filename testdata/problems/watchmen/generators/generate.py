#!/usr/bin/env python3
"""Walls and smugglers."""

NIGHTS = [(1, 0), (2, 1), (3, 1), (16, 15), (17, 16), (256, 0), (4095, 4094), (4096, 0), (4096, 2047), (4096, 2048), (4096, 2731), (4096, 4095)]


def cases():
    """Yields (name, input, answer) for every secret testcase."""
    for number, (n, smuggler) in enumerate(NIGHTS, 1):
        yield f"secret/{number:02}-{smuggler}-of-{n}", f"1 {n} -\n", f"{smuggler}\n"
