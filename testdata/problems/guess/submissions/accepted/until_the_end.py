#!/usr/bin/env python3
# Reads on after `correct` until the fortune teller has gone.
import sys

low, high = 1, int(sys.stdin.readline())
guess = (low + high) // 2
print(guess, flush=True)
for word in sys.stdin:
    if word == "correct\n":
        continue
    low, high = (low, guess - 1) if word == "lower\n" else (guess + 1, high)
    guess = (low + high) // 2
    print(guess, flush=True)
