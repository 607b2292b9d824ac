#!/usr/bin/env python3
"""Mazes, and the first of the shortest ways through each."""

import random
from collections import deque

STEPS = {"E": (0, 1), "N": (-1, 0), "S": (1, 0), "W": (0, -1)}


def cases():
    """Yields (name, input, answer) for every secret testcase."""
    for number, (rows, columns, gaps) in enumerate([(5, 9, 0), (11, 15, 0.1), (21, 31, 0.05), (41, 61, 0.02)], 1):
        maze = grown(random.Random(number), rows, columns, gaps)
        yield f"secret/{number}", "\n".join(maze) + "\n", way(maze) + "\n"


def grown(rng, rows, columns, gaps):
    """Hedges around a tree of paths, with some gaps cut into them."""
    maze = [["#"] * columns for _ in range(rows)]
    maze[1][1], stack = ".", [(1, 1)]
    while stack:
        i, j = stack[-1]
        free = [(di, dj) for di, dj in STEPS.values() if 0 < i + 2 * di < rows and 0 < j + 2 * dj < columns and maze[i + 2 * di][j + 2 * dj] == "#"]
        if not free:
            stack.pop()
            continue
        di, dj = rng.choice(free)
        maze[i + di][j + dj] = maze[i + 2 * di][j + 2 * dj] = "."
        stack.append((i + 2 * di, j + 2 * dj))
    for i in range(1, rows - 1):
        for j in range(1, columns - 1):
            if rng.random() < gaps:
                maze[i][j] = "."
    maze[1][1], maze[rows // 4 * 2 + 1][columns // 4 * 2 + 1] = "A", "B"
    return ["".join(row) for row in maze]


def way(maze):
    start = next((i, row.index("A")) for i, row in enumerate(maze) if "A" in row)
    came, queue = {start: ""}, deque([start])
    while queue:
        i, j = queue.popleft()
        if maze[i][j] == "B":
            return came[i, j]
        for letter, (di, dj) in STEPS.items():
            if maze[i + di][j + dj] != "#" and (i + di, j + dj) not in came:
                came[i + di, j + dj] = came[i, j] + letter
                queue.append((i + di, j + dj))
    raise ValueError("no way")
