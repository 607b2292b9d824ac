#!/usr/bin/env python3
# Looks into the crystal ball after the first answer.
n = int(input())
print(n, flush=True)
word = input()
while word != "correct":
    pass
while n > 0:
    pass
