#!/usr/bin/env python3
# Rehearses the greeting for ever.
name = input()
while name:
    rehearsal = f"Hello, {name}!"
