#!/usr/bin/env python3
# A thousand calls are as deep as Python goes by default.
import sys


def walk(chamber, way):
    global bright
    way += oil[chamber]
    behind = oil[chamber]
    for c in after[chamber]:
        behind += walk(c, way)
    bright += behind >= way
    return behind


n, *rest = map(int, sys.stdin.buffer.read().split())
oil = [0, *rest[:n]]
after = [[] for _ in range(n + 1)]
for chamber, before in enumerate(rest[n:], start=2):
    after[before].append(chamber)
bright = 0
walk(1, 0)
print(bright)
