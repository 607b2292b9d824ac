#!/usr/bin/env bash
# Under `set -e` an arithmetic command that yields zero ends the script.
set -e
read -r k
mapfile -t lines
width=0
for line in "${lines[@]}"; do
    if ((${#line} > width)); then width=${#line}; fi
done
printf -v border '%*s' $((width + 2)) ''
border="+${border// /-}+"
echo "$border"
for line in "${lines[@]}"; do
    ((left = (width - ${#line}) / 2))
    printf '| %*s%-*s |\n' "$left" '' $((width - left)) "$line"
done
echo "$border"
