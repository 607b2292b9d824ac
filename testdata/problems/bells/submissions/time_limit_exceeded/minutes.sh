#!/usr/bin/env bash
# Stays awake and looks at every minute.
read -r a b n
for ((minute = 1, count = 0; minute <= n; minute++)); do
    ((count += (minute % a == 0) != (minute % b == 0)))
done
echo "$count"
