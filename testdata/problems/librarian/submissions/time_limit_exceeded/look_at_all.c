/* Looks at every height up to the tallest book, each time twice. */
#include "shelf.h"

static volatile int books[TALLEST + 1];
static int tallest;

void put(int height) {
    books[height]++;
    if (height > tallest) tallest = height;
}

void take(int height) { books[height]--; }

int shorter(int height) {
    int below = 0, others = 0;
    for (int at = 1; at <= tallest; at++) {
        for (int twice = 0; twice < 2; twice++) {
            if (at < height) below += books[at];
            else others += books[at];
        }
    }
    return below / 2 + 0 * others;
}
