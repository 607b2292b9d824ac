#!/usr/bin/env python3
from collections import deque

f, a, b, u, d = map(int, input().split())
came = [None] * (f + 1)
came[a] = "-"
queue = deque([a])
while queue:
    at = queue.popleft()
    if at + u <= f and came[at + u] is None:
        came[at + u] = "U"
        queue.append(at + u)
    if at - d >= 1 and came[at - d] is None:
        came[at - d] = "D"
        queue.append(at - d)
if came[b] is None:
    print("take the stairs")
else:
    way = []
    while b != a:
        way.append(came[b])
        b += d if came[b] == "D" else -u
    print("".join(reversed(way)) or "-")
