#!/usr/bin/env bash
# Copies the names that count into a file of its own, and then answers from it.
year=$1
shift
awk -v year="$year" '$1 >= year { count[$2]++ } END { for (name in count) print name, count[name] }' "$@" >counted.txt
awk 'BEGIN { while ((getline line <"counted.txt") > 0) { split(line, words, " "); count[words[1]] = words[2] } } { print count[$1] + 0 }'
