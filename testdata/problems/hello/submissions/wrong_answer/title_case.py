#!/usr/bin/env python3
# Corrects the spelling of the guests' names.
print(f"Hello, {input().title()}!")
