#!/usr/bin/env python3
# Trusts that the pebbles come out in the order in which they went in.
if input() == "pack":
    digits = input()
    print(len(digits))
    print(*(int(digit) + 1 for digit in digits))
else:
    input()
    print("".join(str(int(colour) - 1) for colour in input().split()))
