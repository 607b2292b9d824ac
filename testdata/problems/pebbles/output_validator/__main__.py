"""Carries the bag, and compares the numbers in the end. Usage: INPUT ANSWER FEEDBACK_DIR < OUTPUT"""

import os
import random
import sys

from messages import finish

ACCEPT, REJECT = 42, 43


def main():
    answer, feedback = sys.argv[2:4]
    x = int(open(answer).read())
    try:
        numbers = [int(word) for word in sys.stdin.read(100_000).split()]
    except ValueError:
        finish(feedback, REJECT, "something that is no number")
    if os.path.exists(feedback + "packed.txt"):
        arrive(feedback, x, numbers)
    else:
        depart(feedback, x, numbers)


def depart(feedback, x, numbers):
    """After the first pass: shakes the bag and asks for the second."""
    if not numbers or len(numbers) != numbers[0] + 1:
        finish(feedback, REJECT, "not as many pebbles as announced")
    k, *colours = numbers
    if k > 20 or not all(1 <= colour <= 100 for colour in colours):
        finish(feedback, REJECT, f"{k} pebbles {colours}: too many, or a colour that is not there")
    random.Random(x).shuffle(colours)
    with open(feedback + "nextpass.in", "w") as file:
        file.write(f"unpack\n{k}\n{' '.join(map(str, colours))}\n")
    open(feedback + "packed.txt", "w").close()
    finish(feedback, ACCEPT, f"packed {x} into {k} pebbles")


def arrive(feedback, x, numbers):
    """After the second pass."""
    if numbers != [x]:
        finish(feedback, REJECT, f"unpacked {numbers[:5]} instead of {x}")
    finish(feedback, ACCEPT, "unpacked")


main()
