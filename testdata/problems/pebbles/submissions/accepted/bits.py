#!/usr/bin/env python3
if input() == "pack":
    x = int(input())
    bits = [i + 1 for i in range(20) if x >> i & 1]
    print(len(bits))
    print(*bits)
else:
    input()
    print(sum(1 << int(bit) - 1 for bit in input().split()))
