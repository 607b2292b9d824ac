# The entry point; there is no main.py and no __main__.py.
from strings.violin import missed

n, d = map(int, input().split())
print(missed(d, input().split()))
