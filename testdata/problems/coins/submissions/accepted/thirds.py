#!/usr/bin/env python3
suspects = list(range(1, int(input()) + 1))
while len(suspects) > 1:
    k = (len(suspects) + 1) // 3
    left, right, rest = suspects[:k], suspects[k : 2 * k], suspects[2 * k :]
    print("?", k, *left, *right, flush=True)
    suspects = {"<": left, ">": right, "=": rest}[input()]
print("!", *suspects)
