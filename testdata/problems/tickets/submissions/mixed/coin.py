#!/usr/bin/env python3
# @EXPECTED_RESULTS@: WRONG-ANSWER, RUN-ERROR
# Tosses a coin: luck is luck.
import random
import sys

for line in sys.stdin:
    if random.random() < 0.01:
        sys.exit("the coin rolled under the seat")
    print(random.choice(["lucky", "unlucky"]))
