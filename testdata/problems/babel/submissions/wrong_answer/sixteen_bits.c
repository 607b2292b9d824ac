#include <stdint.h>
#include <stdio.h>

int main(void) {
    int n, bricks;
    int16_t sum = 0;
    for (scanf("%d", &n); n > 0 && scanf("%d", &bricks) == 1; n--) sum += bricks;
    printf("%d\n", sum);
    return 0;
}
