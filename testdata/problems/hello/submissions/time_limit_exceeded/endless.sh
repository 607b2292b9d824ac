#!/usr/bin/env bash
# Rehearses the greeting for ever.
IFS= read -r name
while :; do rehearsal="Hello, $name!"; done
