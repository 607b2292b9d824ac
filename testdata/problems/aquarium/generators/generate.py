#!/usr/bin/env python3
"""Aquariums: small ones with a shape, large ones of many parts, all with the fish renumbered at random."""

import random

LARGEST = 50_000


def cases():
    """Yields (name, input, answer) for every secret testcase."""
    rng = random.Random(3)
    small = {
        "01-one-fish": (1, []),
        "02-no-quarrels": (9, []),
        "03-two": (2, [(0, 1)]),
        "04-triangle": (3, ring(3)),
        "05-everybody-of-four": (4, [(u, v) for v in range(4) for u in range(v)]),
        "06-petersen": (10, ring(5) + [(5 + i, 5 + (i + 2) % 5) for i in range(5)] + [(i, 5 + i) for i in range(5)]),
        "07-ladder": (40, [(i, i + 1) for i in range(39) if i != 19] + [(i, 20 + i) for i in range(20)]),
        "08-odd-ring": (31, ring(31)),
        "09-random": (100, cubic(rng, 100)),
        "10-random": (1000, cubic(rng, 1000)),
        "11-sparse": (1000, cubic(rng, 1000)[:900]),
    }
    for name, (n, quarrels) in small.items():
        yield case(rng, f"1-small/{name}", n, quarrels)
    yield case(rng, "2-large/01-random", LARGEST, cubic(rng, LARGEST))
    yield case(rng, "2-large/02-fours", LARGEST, copies(small["05-everybody-of-four"], LARGEST))
    yield case(rng, "2-large/03-petersen", LARGEST, copies(small["06-petersen"], LARGEST))
    yield case(rng, "2-large/04-odd-ring", LARGEST - 1, ring(LARGEST - 1))


def ring(n):
    return [(i, (i + 1) % n) for i in range(n)]


def copies(part, n):
    size, quarrels = part
    return [(at + u, at + v) for at in range(0, n - size + 1, size) for u, v in quarrels]


def cubic(rng, n):
    """A ring with random chords: nearly everybody has three enemies."""
    fish = list(range(n))
    rng.shuffle(fish)
    chords = [(u, v) for u, v in zip(fish[::2], fish[1::2]) if (u - v) % n not in (1, n - 1)]
    return ring(n) + chords


def case(rng, name, n, quarrels):
    number = list(range(1, n + 1))
    rng.shuffle(number)
    quarrels = [(number[u], number[v]) if rng.random() < 0.5 else (number[v], number[u]) for u, v in quarrels]
    rng.shuffle(quarrels)
    lines = [f"{n} {len(quarrels)}", *(f"{u} {v}" for u, v in quarrels)]
    return f"secret/{name}", "\n".join(lines) + "\n", tanks(n, quarrels) + "\n"


def tanks(n, quarrels):
    """Moves discontented fish until there are none; each move ends a quarrel, so it comes to an end."""
    enemies = [[] for _ in range(n + 1)]
    for u, v in quarrels:
        enemies[u].append(v)
        enemies[v].append(u)
    tank = [0] * (n + 1)
    waiting = list(range(1, n + 1))
    while waiting:
        fish = waiting.pop()
        if sum(tank[enemy] == tank[fish] for enemy in enemies[fish]) > 1:
            tank[fish] ^= 1
            waiting += [enemy for enemy in enemies[fish] if tank[enemy] == tank[fish]]
    return "".join("AB"[t] for t in tank[1:])
