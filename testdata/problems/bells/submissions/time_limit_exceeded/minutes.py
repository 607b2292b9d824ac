#!/usr/bin/env python3
# Stays awake and looks at every minute.
a, b, n = map(int, input().split())
print(sum((minute % a == 0) != (minute % b == 0) for minute in range(1, n + 1)))
