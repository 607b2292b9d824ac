#!/usr/bin/env python3
# One call for every note: too deep, or else too slow.
def rest(at):
    if at == n:
        return 0
    if players[at] in last and at <= last[players[at]] + d:
        return 1 + rest(at + 1)
    last[players[at]] = at
    return rest(at + 1)


n, d = map(int, input().split())
players, last = input().split(), {}
print(rest(0))
