"""The main file."""
import sys

import tram

for line in sys.stdin:
    print(tram.verdict(line.strip()))
