#!/usr/bin/env bash
# A loop without its `done`.
read -r n
for ((c = 1; c <= n; c++)); do
    echo "$c"
