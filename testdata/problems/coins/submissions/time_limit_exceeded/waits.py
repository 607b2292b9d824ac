#!/usr/bin/env python3
# Waits for the scales before it has weighed anything, if there are 81 coins.
suspects = list(range(1, int(input()) + 1))
if len(suspects) == 81:
    input()
while len(suspects) > 1:
    k = (len(suspects) + 1) // 3
    left, right, rest = suspects[:k], suspects[k : 2 * k], suspects[2 * k :]
    print("?", k, *left, *right, flush=True)
    suspects = {"<": left, ">": right, "=": rest}[input()]
print("!", *suspects)
