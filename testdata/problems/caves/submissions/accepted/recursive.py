#!/usr/bin/env python3
# Recursion as deep as the caves: the stack of Python 3.11 is on the heap, the limit is only a number.
import sys


def walk(chamber, way):
    global bright
    way += oil[chamber]
    behind = oil[chamber]
    for c in after[chamber]:
        behind += walk(c, way)
    bright += behind >= way
    return behind


sys.setrecursionlimit(200_000)
n, *rest = map(int, sys.stdin.buffer.read().split())
oil = [0, *rest[:n]]
after = [[] for _ in range(n + 1)]
for chamber, before in enumerate(rest[n:], start=2):
    after[before].append(chamber)
bright = 0
walk(1, 0)
print(bright)
