#!/usr/bin/env python3
print(sum(int(input()) for _ in range(int(input()))))
