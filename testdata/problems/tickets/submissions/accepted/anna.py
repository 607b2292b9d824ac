import sys
for t in sys.stdin.read().split():
    h = len(t) // 2
    print("lucky" if sum(map(int, t[:h])) == sum(map(int, t[h:])) else "unlucky")
