#!/usr/bin/env bash
# Turns the letters round, too.
rev
