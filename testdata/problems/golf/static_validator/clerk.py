#!/usr/bin/env python3
"""Counts the bytes of a submission, in whose directory it runs.

Usage: clerk.py LANGUAGE ENTRY_POINT FEEDBACK_DIR (--refuse-above BYTES | --par BYTES)
"""

import os
import sys

ACCEPT, REJECT = 42, 43
SOURCES = (".sh", ".c", ".cc", ".cpp", ".cxx", ".c++", ".C", ".js", ".py", ".py3", ".h")


def main():
    language, entry_point, feedback, flag, number = sys.argv[1:6]
    names = sorted(name for name in os.listdir(".") if name.endswith(SOURCES))
    size = sum(os.path.getsize(name) for name in names)
    with open(feedback + "judgemessage.txt", "w") as file:
        file.write(f"{language}, entry point `{entry_point}`: {size} bytes in {' '.join(names)}\n")
    if not names:
        return 1
    if flag == "--refuse-above":
        text = b"".join(open(name, "rb").read() for name in names)
        return REJECT if size > int(number) or b"eval" in text else ACCEPT
    with open(feedback + "score_multiplier.txt", "w") as file:
        file.write(f"{min(1, int(number) / size):.6f}\n")
    return ACCEPT


if __name__ == "__main__":
    sys.exit(main())
