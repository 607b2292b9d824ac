#!/usr/bin/env bash
# An `if` without its `fi`.
IFS= read -r name
if [[ -n $name ]]; then
    echo "Hello, $name!"
