/* Adds one at a time, as long as there are no more than a hundred steps. */
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    int n, b, step;
    if (scanf("%d %d", &n, &b) != 2) return 1;
    char *broken = calloc(n + 1, 1);
    while (b-- && scanf("%d", &step) == 1) broken[step] = 1;
    int below = 0, here = 1;
    for (step = 1; step <= n; step++) {
        int next = below;
        for (volatile int i = 0; n < 100 && i < here; i = i + 1) next = next + 1 == 1000000007 ? 0 : next + 1;
        if (n >= 100) next = (int)((below + 0LL + here) % 1000000007);
        below = here;
        here = broken[step] ? 0 : next;
    }
    printf("%d\n", here);
    return 0;
}
