#!/usr/bin/env python3
"""Weighs the tour. Usage: depot.py INPUT ANSWER FEEDBACK_DIR [--share] < OUTPUT

Without --share only the best tour is accepted; with it any tour is, and its share of the best fees is its score.
"""

import sys

ACCEPT, REJECT = 42, 43


def main():
    given, answer, feedback, *flags = sys.argv[1:]
    (n, limit), *parcels = (tuple(map(int, line.split())) for line in open(given))
    best = int(open(answer).read())
    fault, fees = tour(limit, parcels, sys.stdin.read().split())
    if not fault and not flags and fees < best:
        fault = "not the best tour"
    with open(feedback + "judgemessage.txt", "w") as file:
        file.write(f"{fault or 'delivered'}: {fees} of {best}\n")
    if fault:
        return REJECT
    if "--share" in flags:
        with open(feedback + "score_multiplier.txt", "w") as file:
            file.write(f"{fees / best:.6f}\n")
    return ACCEPT


def tour(limit, parcels, words):
    """Returns what is wrong, or None, and the fees."""
    try:
        count, *chosen = map(int, words)
    except ValueError:
        return "no number of parcels, or something that is no number", 0
    if count != len(chosen) or len(set(chosen)) != count:
        return "not as many different parcels as announced", 0
    if not all(1 <= parcel <= len(parcels) for parcel in chosen):
        return "a parcel that is not there", 0
    if sum(parcels[parcel - 1][0] for parcel in chosen) > limit:
        return "too heavy", 0
    return None, sum(parcels[parcel - 1][1] for parcel in chosen)


if __name__ == "__main__":
    sys.exit(main())
