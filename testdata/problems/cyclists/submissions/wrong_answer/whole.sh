#!/usr/bin/env bash
# The shell only knows whole numbers.
read -r n
best=0 place=0
read -r x v
while read -r y w; do
    ((t = (${y%.*} - ${x%.*}) / (${v%.*} + ${w%.*}), t > best && (best = t))) || true
done
echo "$best $place"
