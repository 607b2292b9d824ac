import sys

sys.setrecursionlimit(10**7)


def deep(n):
    return 0 if n == 0 else 1 + deep(n - 1)


deed, *words = input().split()
numbers = list(map(int, words))
if deed == "hello":
    print("Hello, world!")
elif deed == "sum":
    print(numbers[0] + numbers[1])
elif deed == "wide":
    print(numbers[0] * numbers[1])
elif deed == "lines":
    print(sum(map(int, sys.stdin)))
elif deed == "output":
    for _ in range(numbers[0]):
        print("0123456789")
elif deed == "exit":
    sys.exit(numbers[0])
elif deed == "crash":
    raise RuntimeError("as asked")
elif deed == "deep":
    print(deep(numbers[0]))
elif deed == "memory":
    everything = []
    while True:
        everything.append(bytearray(1 << 20))
elif deed == "loop":
    while True:
        pass
