#!/usr/bin/env bash
# The right tanks for an aquarium without quarrels, and an apology for every other.
read -r n m
if ((m > 0)); then
    echo "I do not know" >&2
    exit 7
fi
printf -v tank '%*s' "$n" ''
echo "${tank// /B}"
