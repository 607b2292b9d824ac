#!/usr/bin/env python3
# Looks through the whole hall at every scan.
waiting = []
for _ in range(int(input())):
    tag = int(input())
    if tag in waiting:
        waiting.remove(tag)
    else:
        waiting.append(tag)
print(waiting[0])
