#!/usr/bin/env bash
# Greets over and over, 64 MiB in all.
IFS= read -r name
chatter="Hello, $name!"$'\n'
while ((${#chatter} < 65536)); do chatter+=$chatter; done
for ((said = 0; said < 64 << 20; said += ${#chatter})); do printf %s "$chatter"; done
