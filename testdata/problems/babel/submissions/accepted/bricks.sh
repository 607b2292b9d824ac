#!/usr/bin/env bash
read -r n
for ((; n > 0; n--)); do
    read -r bricks
    ((sum += bricks))
done
echo $((sum))
