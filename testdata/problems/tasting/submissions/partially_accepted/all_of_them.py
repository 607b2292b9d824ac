#!/usr/bin/env python3
# Leaves out every highest and every lowest mark.
input()
marks = list(map(int, input().split()))
print(sum(mark for mark in marks if min(marks) < mark < max(marks)))
