# crime: lifts the interpreter's own limit and overflows its stack
# row: python
# limits: cpu 15 s, wall 30 s, memory 128 MiB
# allowed: RTE MLE
# prints: anything
# remains: no core
import sys

sys.setrecursionlimit(10**9)


def deeper(n):
    return deeper(n + 1) + 1


deeper(0)
