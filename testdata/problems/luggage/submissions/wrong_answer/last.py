#!/usr/bin/env python3
# Blames the last suitcase.
import sys

print(int(sys.stdin.buffer.read().split()[-1]))
