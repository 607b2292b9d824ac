#!/usr/bin/env bash
# Fills the first tank and goes home.
read -r n m
printf -v tank '%*s' "$n" ''
echo "${tank// /A}"
