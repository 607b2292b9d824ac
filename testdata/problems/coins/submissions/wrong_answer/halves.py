#!/usr/bin/env python3
# Weighs half against half, which takes too often.
suspects = list(range(1, int(input()) + 1))
while len(suspects) > 1:
    k = len(suspects) // 2
    print("?", k, *suspects[: 2 * k], flush=True)
    suspects = {"<": suspects[:k], ">": suspects[k : 2 * k], "=": suspects[2 * k :]}[input()]
print("!", *suspects)
