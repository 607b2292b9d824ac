#!/usr/bin/env python3
# Keeps a far too large guest book: 1 GiB, every page written.
name = input()
book = [bytearray(name[:1].encode() * (1 << 20)) for page in range(1024)]
print(f"Hello, {name}!", len(book))
