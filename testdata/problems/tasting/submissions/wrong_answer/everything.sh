#!/usr/bin/env bash
# Leaves nothing out.
read -r n
read -r -a marks
sum=0
for mark in "${marks[@]}"; do ((sum += mark)); done
echo $sum
