#!/usr/bin/env python3
a, sign, b, _, said = input().split()
right = {"+": int(a) + int(b), "-": int(a) - int(b), "*": int(a) * int(b)}[sign]
print("yes" if right == int(said) else "no")
