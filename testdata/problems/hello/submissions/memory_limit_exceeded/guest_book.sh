#!/usr/bin/env bash
# Keeps a far too large guest book: 1 GiB in 64 leaves.
IFS= read -r name
book=()
for page in {1..64}; do
    printf -v leaf '%*s' 16777216 "$name"
    book+=("$leaf")
done
echo "Hello, $name! ${#book[@]}"
