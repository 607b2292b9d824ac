#!/usr/bin/env python3
# Greets over and over, 64 MiB in all.
import sys

greeting = f"Hello, {input()}!\n"
chatter = greeting * (65536 // len(greeting) + 1)
for round in range(1024):
    sys.stdout.write(chatter)
