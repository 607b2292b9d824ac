#!/usr/bin/env bash
# Keeps a far too large guest book: 1 GiB in leaves of 1 MiB.
LC_ALL=C
IFS= read -r name
leaf=${name:0:1}
while ((${#leaf} < 1 << 20)); do leaf=$leaf$leaf; done
for page in {1..1024}; do book[page]=$leaf; done
echo "Hello, $name! ${#book[@]}"
