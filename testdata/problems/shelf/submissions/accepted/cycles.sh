#!/usr/bin/env bash
read -r n
read -ra books
swaps=()
for ((place = 1; place <= n; place++)); do
    while ((other = books[place - 1], other != place)); do
        ((books[place - 1] = books[other - 1], books[other - 1] = other))
        swaps+=("$place $other")
    done
done
echo "${#swaps[@]}"
if ((${#swaps[@]})); then printf '%s\n' "${swaps[@]}"; fi
