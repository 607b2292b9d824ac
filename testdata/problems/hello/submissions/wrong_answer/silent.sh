#!/usr/bin/env bash
# Reads the name and says nothing.
IFS= read -r name
