#include "shelf.h"

static int tree[TALLEST + 1];

static void add(int height, int change) {
    for (int at = height; at <= TALLEST; at += at & -at) tree[at] += change;
}

void put(int height) { add(height, 1); }
void take(int height) { add(height, -1); }

int shorter(int height) {
    int count = 0;
    for (int at = height - 1; at > 0; at &= at - 1) count += tree[at];
    return count;
}
