#!/usr/bin/env python3
"""A second opinion on the tanks. Usage: recount.py INPUT ANSWER FEEDBACK_DIR < OUTPUT"""

import sys

ACCEPT, REJECT = 42, 43


def main():
    given, _, feedback = sys.argv[1:4]
    with open(given) as file:
        n, _ = map(int, file.readline().split())
        quarrels = [tuple(map(int, line.split())) for line in file]
    fault = first_fault(n, quarrels, sys.stdin.buffer.read().split())
    with open(feedback + "judgemessage.txt", "a") as message:
        message.write(f"recount: {fault or 'every fish is content'}\n")
    if fault:
        with open(feedback + "teammessage.txt", "w") as message:
            message.write("The fish are not content.\n")
    return REJECT if fault else ACCEPT


def first_fault(n, quarrels, words):
    if len(words) != 1 or len(words[0]) != n or set(words[0]) - set(b"AB"):
        return f"not one word of {n} letters A and B"
    tanks = b"-" + words[0]
    enemies = [0] * (n + 1)
    for u, v in quarrels:
        if tanks[u] == tanks[v]:
            enemies[u] += 1
            enemies[v] += 1
    worst = max(range(n + 1), key=enemies.__getitem__)
    return f"fish {worst} meets {enemies[worst]} enemies" if enemies[worst] > 1 else None


if __name__ == "__main__":
    sys.exit(main())
