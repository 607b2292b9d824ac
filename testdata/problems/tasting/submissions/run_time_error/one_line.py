#!/usr/bin/env python3
n, *marks = map(int, input().split())
print(sum(marks) - min(marks) - max(marks))
