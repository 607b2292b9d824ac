#!/usr/bin/env python3
print(f"Hello, {input()}!")
