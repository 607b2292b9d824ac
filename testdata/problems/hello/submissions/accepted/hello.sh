#!/usr/bin/env bash
IFS= read -r name
echo "Hello, $name!"
