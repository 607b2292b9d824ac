#!/usr/bin/env python3
"""Walks. Usage: walk.py PLAN ANSWER FEEDBACK_DIR < WAY"""

import sys

ACCEPT, REJECT = 42, 43
STEPS = {"N": (-1, 0), "E": (0, 1), "S": (1, 0), "W": (0, -1)}


def main():
    plan, answer, feedback = sys.argv[1:4]
    maze = open(plan).read().split("\n")
    fault = first_fault(maze, sys.stdin.read().split(), len(open(answer).read().strip()))
    with open(feedback + "judgemessage.txt", "w") as file:
        file.write((fault or "arrived") + "\n")
    if fault:
        with open(feedback + "teammessage.txt", "w") as file:
            file.write(fault + "\n")
    return REJECT if fault else ACCEPT


def first_fault(maze, words, shortest):
    if len(words) != 1 or set(words[0]) - set(STEPS):
        return "not one word of the letters N, E, S and W"
    row, column = next((i, line.index("A")) for i, line in enumerate(maze) if "A" in line)
    for number, letter in enumerate(words[0], 1):
        row, column = row + STEPS[letter][0], column + STEPS[letter][1]
        if not (0 <= row < len(maze) and 0 <= column < len(maze[row])) or maze[row][column] == "#":
            return f"step {number} leads into a hedge or out of the garden"
    if maze[row][column] != "B":
        return f"the way ends after {len(words[0])} steps, but not at the bench"
    return f"a way of {shortest} steps is enough" if len(words[0]) > shortest else None


if __name__ == "__main__":
    sys.exit(main())
