#!/usr/bin/env bash
# Adds up all ringing, together or not.
read -r a b n
echo $((n / a + n / b))
