#!/usr/bin/env python3
import sys
from functools import reduce
from operator import xor

n, *tags = map(int, sys.stdin.buffer.read().split())
print(reduce(xor, tags))
