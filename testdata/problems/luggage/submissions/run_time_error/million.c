/* Room for a million scans, but the busiest day has more. */
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    int n, left = 0;
    if (scanf("%d", &n) != 1) return 1;
    int *volatile tags = malloc(1000000 * sizeof *tags);
    for (int i = 0; i < n; i++)
        if (scanf("%d", tags + i) != 1) return 1;
    for (int i = 0; i < n; i++) left ^= tags[i];
    printf("%d\n", left);
    return 0;
}
