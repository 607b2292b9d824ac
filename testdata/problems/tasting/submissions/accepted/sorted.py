#!/usr/bin/env python3
input()
print(sum(sorted(map(int, input().split()))[1:-1]))
