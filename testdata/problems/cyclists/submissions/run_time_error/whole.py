#!/usr/bin/env python3
# Reads whole numbers only.
cyclists = [tuple(map(int, input().split())) for _ in range(int(input()))]
print(*max(((y - x) / (v + w), x + v * (y - x) / (v + w)) for x, v in cyclists for y, w in cyclists))
