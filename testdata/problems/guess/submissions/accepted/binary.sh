#!/usr/bin/env bash
low=1
read -r high
while [[ $word != correct ]]; do
    guess=$(((low + high) / 2))
    echo $guess
    read -r word
    if [[ $word == lower ]]; then high=$((guess - 1)); else low=$((guess + 1)); fi
done
