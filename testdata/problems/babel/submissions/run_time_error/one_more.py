#!/usr/bin/env python3
# Expects one crew more than there is.
print(sum(int(input()) for _ in range(int(input()) + 1)))
