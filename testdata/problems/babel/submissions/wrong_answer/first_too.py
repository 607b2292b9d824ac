#!/usr/bin/env python3
# Counts the number of crews as bricks.
print(sum(map(int, open(0))))
