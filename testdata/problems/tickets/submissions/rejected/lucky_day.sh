#!/usr/bin/env bash
# Everybody is lucky today.
while read -r ticket; do echo lucky; done
