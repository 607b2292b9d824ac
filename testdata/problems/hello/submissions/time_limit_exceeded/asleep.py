#!/usr/bin/env python3
# Knows the greeting but sleeps at the door: much wall time, hardly any CPU time.
import time

name = input()
time.sleep(60)
print(f"Hello, {name}!")
