"""How a pass ends."""

import sys


def finish(feedback, code, text):
    """Adds a line for the judges (earlier passes have written theirs) and exits."""
    with open(feedback + "judgemessage.txt", "a") as file:
        file.write(text + "\n")
    sys.exit(code)
