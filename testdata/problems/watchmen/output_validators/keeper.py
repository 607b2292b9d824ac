#!/usr/bin/env python3
"""The lighthouse keeper. Usage: keeper.py INPUT ANSWER FEEDBACK_DIR, talking to the submission.

The input of a pass is what the submission reads first: shift, number of niches, note.
"""

import re
import sys

ACCEPT, REJECT = 42, 43
QUESTIONS, SHIFTS = 4, 3


def main():
    given, answer, feedback = sys.argv[1:4]
    with open(given) as file:
        line = file.readline()
    shift, n = map(int, line.split()[:2])
    smuggler = int(open(answer).read())
    print(line, end="", flush=True)
    code, message, note = listen(shift, smuggler)
    with open(feedback + "judgemessage.txt", "a") as file:
        file.write(f"shift {shift}: {message}\n")
    if note is not None:
        with open(feedback + "nextpass.in", "w") as file:
            file.write(f"{shift + 1} {n} {note}\n")
    return code


def listen(shift, smuggler):
    """Answers questions until the shift ends: (exit code, what happened, the note for the next shift)."""
    for used in range(QUESTIONS + 1):
        words = sys.stdin.readline().split()
        if len(words) != 2:
            return REJECT, "not two words in a line", None
        what, word = words
        if what == "?" and re.fullmatch(r"-?\d{1,9}", word) and used < QUESTIONS:
            print("yes" if smuggler < int(word) else "no", flush=True)
        elif what == "note" and shift < SHIFTS and re.fullmatch(r"[A-Za-z0-9-]{1,20}", word):
            return ACCEPT, f"{used} questions, note {word}", word
        elif what == "!" and shift == SHIFTS and word == str(smuggler):
            return ACCEPT, f"{used} questions, found", None
        else:
            return REJECT, f"`{what} {word[:20]}` after {used} questions", None


if __name__ == "__main__":
    sys.exit(main())
