#!/usr/bin/env bash
# Climbs back to the entrance from every chamber.
read -r n
read -ra oil
read -ra before
for ((c = 0; c < n; c++)); do
    for ((at = c; ; at = before[at - 1] - 1)); do
        ((way[c] += oil[at], behind[at] += oil[c]))
        if ((at == 0)); then break; fi
    done
done
for ((c = 0, bright = 0; c < n; c++)); do ((bright += behind[c] >= way[c])); done
echo "$bright"
