#!/usr/bin/env bash
# Divides by a remainder that can be zero.
read -r a b n
x=$a y=$b
until ((x % y == 0)); do ((r = x % y, x = y, y = r)); done
both=$((n / (a / y * b)))
echo $((n / a + n / b - 2 * both + 0 / (a % b)))
