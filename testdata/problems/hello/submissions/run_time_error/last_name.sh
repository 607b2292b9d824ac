#!/usr/bin/env bash
# Looks for the last name of guests that have none.
set -u
read -ra words
echo "Hello, ${words[0]} ${words[1]}!"
