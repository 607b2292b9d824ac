#!/usr/bin/env python3
# A parenthesis is left open.
print(f"Hello, {input()}!"
