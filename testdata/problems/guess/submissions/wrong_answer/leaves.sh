#!/usr/bin/env bash
# Leaves without a word.
read -r n
