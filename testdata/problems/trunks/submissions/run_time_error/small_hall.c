/* The hall holds a thousand boxes. */
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    int n, size;
    if (scanf("%d", &n) != 1) return 1;
    if (n > 1000) abort();
    printf("%d\n", n);
    for (int box = 1; box <= n && scanf("%d", &size) == 1; box++) printf("%d\n", box);
    return 0;
}
