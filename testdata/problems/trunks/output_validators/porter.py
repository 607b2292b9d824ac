#!/usr/bin/env python3
"""Counts the trunks. Usage: porter.py INPUT ANSWER FEEDBACK_DIR --capacity C < OUTPUT"""

import sys

ACCEPT, REJECT = 42, 43


def main():
    given, answer, feedback, flag, capacity = sys.argv[1:6]
    assert flag == "--capacity"
    n, *sizes = map(int, open(given).read().split())
    fault, trunks = pack(sizes, int(capacity), sys.stdin.read().split())
    with open(feedback + "judgemessage.txt", "w") as file:
        file.write(f"{fault or f'{trunks} trunks; {open(answer).read().split()[0]} are enough'}\n")
    if fault:
        with open(feedback + "teammessage.txt", "w") as file:
            file.write("The porter refuses to carry this.\n")
        return REJECT
    with open(feedback + "score.txt", "w") as file:
        file.write(f"{trunks}\n")
    return ACCEPT


def pack(sizes, capacity, words):
    """Returns what is wrong, or None, and the number of trunks."""
    try:
        trunks, *places = map(int, words)
    except ValueError:
        return "the output holds something that is no integer, or nothing", 0
    if len(places) != len(sizes):
        return f"{len(places)} boxes instead of {len(sizes)}", 0
    loads = {}
    for size, place in zip(sizes, places):
        loads[place] = loads.get(place, 0) + size
    if not all(1 <= place <= trunks for place in loads):
        return "a trunk that is not there", 0
    if max(loads.values()) > capacity:
        return f"a trunk holds {max(loads.values())}", 0
    return None, trunks


if __name__ == "__main__":
    sys.exit(main())
