#!/usr/bin/env bash
read -r a b n
x=$a y=$b
while ((y)); do ((r = x % y, x = y, y = r)); done
echo $((n / a + n / b - 2 * (n / (a / x * b))))
