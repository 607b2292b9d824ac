#!/usr/bin/env python3
# Looks for the last name of guests that have none.
words = input().split()
print(f"Hello, {words[0]} {words[1]}!")
