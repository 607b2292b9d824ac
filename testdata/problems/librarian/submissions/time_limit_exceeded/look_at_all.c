/* Looks at every height each time, twice. */
#include "shelf.h"

static volatile int books[TALLEST + 1];

void put(int height) { books[height]++; }
void take(int height) { books[height]--; }

int shorter(int height) {
    int below = 0, others = 0;
    for (int at = 1; at <= TALLEST; at++) {
        for (int twice = 0; twice < 2; twice++) {
            if (at < height) below += books[at];
            else others += books[at];
        }
    }
    return below / 2 + 0 * others;
}
