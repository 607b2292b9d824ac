#!/usr/bin/env bash
# Does not look where it sets its feet.
read -r n b
((n > 1000)) && n=1000
below=0 here=1
for ((step = 1; step <= n; step++)); do
    ((next = (below + here) % 1000000007, below = here, here = next))
done
echo $here
