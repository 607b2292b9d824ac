#!/usr/bin/env bash
# The right idea in too slow a language.
read -r n
left=0
while read -r tag; do ((left ^= tag)); done
echo "$left"
