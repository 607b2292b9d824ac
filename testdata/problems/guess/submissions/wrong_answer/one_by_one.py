#!/usr/bin/env python3
# Is told to leave after ten guesses and dies of the eleventh: the fortune teller left first, so this is no crash.
n = int(input())
for guess in range(1, n + 1):
    print(guess, flush=True)
    if input() == "correct":
        break
