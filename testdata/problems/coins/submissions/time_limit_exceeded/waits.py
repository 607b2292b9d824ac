#!/usr/bin/env python3
# Waits for the scales although it has not weighed anything.
n = int(input())
print("! 1" if n == 1 else input())
