/* Lays every brick again, and the first one for ever. */
#include <stdio.h>

int main(void) {
    volatile long bricks = 0;
    while (bricks >= 0) bricks = bricks + 2 - 1;
    printf("%ld\n", bricks);
    return 0;
}
