#!/usr/bin/env python3
"""The scales, and the thief. Usage: scales.py INPUT ANSWER FEEDBACK_DIR, talking to the submission.

The answer file holds the number of the false coin, or 0 when the thief chooses it as late as he can.
"""

import sys

ACCEPT, REJECT = 42, 43
WEIGHINGS = {{weighings}}


class Mistake(Exception):
    """The submission did something it must not do."""


def main():
    n, false = (int(open(path).read()) for path in sys.argv[1:3])
    try:
        verdict, message = ACCEPT, play(n, {false} if false else set(range(1, n + 1)))
    except Mistake as mistake:
        verdict, message = REJECT, str(mistake)
    with open(sys.argv[3] + "judgemessage.txt", "w") as file:
        file.write(message + "\n")
    return verdict


def play(n, suspects):
    tell(n)
    for used in range(WEIGHINGS + 1):
        kind, *numbers = ask(n)
        if kind == "!":
            if len(numbers) != 1 or suspects != set(numbers):
                raise Mistake(f"accuses {numbers}, but it can be any of {len(suspects)} coins")
            return f"found with {used} weighings"
        if used == WEIGHINGS:
            raise Mistake("weighs too often")
        k, *pans = numbers
        if k < 1 or len(pans) != 2 * k or len(set(pans)) != 2 * k:
            raise Mistake("the pans do not hold k different coins each")
        left, right = set(pans[:k]), set(pans[k:])
        outcomes = {"=": suspects - left - right, "<": suspects & left, ">": suspects & right}
        outcome, suspects = max(outcomes.items(), key=lambda item: len(item[1]))
        tell(outcome)
    raise AssertionError("unreachable")


def tell(thing):
    try:
        print(thing, flush=True)
    except BrokenPipeError:
        raise Mistake("does not listen") from None


def ask(n):
    words = sys.stdin.readline().split()
    if not words or words[0] not in ("?", "!") or len(words) < 2:
        raise Mistake("neither weighs nor accuses")
    try:
        numbers = list(map(int, words[1:]))
    except ValueError:
        raise Mistake("a coin without a number") from None
    if not all(1 <= number <= n for number in numbers):
        raise Mistake("a coin that is not there")
    return words[0], *numbers


if __name__ == "__main__":
    sys.exit(main())
