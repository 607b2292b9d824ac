# {{motto}}, please: reads the calls and makes them.
import sys

import shelf

TALLEST = {{tallest}}


def main():
    calls, *lines = sys.stdin.read().splitlines()
    assert int(calls) == len(lines) <= {{most_books}}
    out = []
    for line in lines:
        call, height = line.split()
        if call == "+":
            shelf.put(int(height))
        elif call == "-":
            shelf.take(int(height))
        else:
            out.append(str(shelf.shorter(int(height))))
    print("\n".join(out))


main()
