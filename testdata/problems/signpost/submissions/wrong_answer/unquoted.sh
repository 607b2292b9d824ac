#!/usr/bin/env bash
# Forgets to quote the text, so that the shell squeezes its spaces.
set -f
read -r k
mapfile -t lines
width=0
for line in "${lines[@]}"; do ((${#line} > width && (width = ${#line}))); done
printf -v border '%*s' $((width + 2)) ''
border="+${border// /-}+"
echo "$border"
for line in "${lines[@]}"; do
    line=$(echo $line)
    left=$(((width - ${#line}) / 2))
    printf '| %*s%-*s |\n' "$left" '' $((width - left)) "$line"
done
echo "$border"
