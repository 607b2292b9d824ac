#include <stdio.h>

int main(void) {
    long n, bricks, sum = 0;
    for (scanf("%ld", &n); n > 0 && scanf("%ld", &bricks) == 1; n--) sum += bricks;
    printf("%ld\n", sum);
    return 0;
}
