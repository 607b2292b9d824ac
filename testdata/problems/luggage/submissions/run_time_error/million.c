/* Room for a million scans, but the busiest day has more. */
#include <stdio.h>

static int tags[1000000];

int main(void) {
    int n, left = 0;
    if (scanf("%d", &n) != 1) return 1;
    int *volatile end = tags;
    for (int i = 0; i < n; i++)
        if (scanf("%d", end + i) != 1) return 1;
    for (int i = 0; i < n; i++) left ^= end[i];
    printf("%d\n", left);
    return 0;
}
