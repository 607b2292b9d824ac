#!/usr/bin/env python3
"""Evenings with few players and with many."""

import random


def cases():
    """Yields (name, input, answer) for every secret testcase."""
    rng = random.Random(440)
    easy = [(0, [1, 1, 1]), (3, [5, 5, 5]), (1, [5, 5, 5, 5]), (2, [1, 2, 1, 2, 1, 2]), (100, [rng.randint(1, 9) for _ in range(1000)])]
    hard = [(0, [7] * 200_000), (1000, [rng.randint(1, 50_000) for _ in range(200_000)]), (200_000, [rng.randint(1, 10**9) for _ in range(200_000)]), (99_999, list(range(1, 100_001)) * 2)]
    for group, evenings in ("1-easy", easy), ("2-hard", hard):
        for number, (d, players) in enumerate(evenings, 1):
            yield f"secret/{group}/{number}", f"{len(players)} {d}\n{' '.join(map(str, players))}\n", f"{missed(d, players)}\n"


def missed(d, players):
    back, count = {}, 0
    for at, player in enumerate(players):
        if at <= back.get(player, -1):
            count += 1
        else:
            back[player] = at + d
    return count
