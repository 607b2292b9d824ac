#!/usr/bin/env python3
n, x = input().split()
n, nano = int(n), round(float(x) * 10**9)
best = (abs(10**9 - nano), 1, 1, 1)
for b in range(1, n + 1):
    for a in nano * b // 10**9, nano * b // 10**9 + 1:
        error = abs(a * 10**9 - nano * b)
        if 1 <= a <= n and error * best[1] < best[0] * b:
            best = (error, b, a, b)
print(best[2], best[3])
