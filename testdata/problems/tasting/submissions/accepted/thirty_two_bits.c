/* Gets the large marks wrong, but that group is left out. */
#include <stdio.h>

int main(void) {
    int n, sum = 0, least = 2000000000, most = -2000000000;
    if (scanf("%d", &n) != 1) return 1;
    for (int i = 0, mark; i < n && scanf("%d", &mark) == 1; i++) {
        sum = (int)((unsigned)sum + (unsigned)mark);
        if (mark < least) least = mark;
        if (mark > most) most = mark;
    }
    printf("%d\n", (int)((unsigned)sum - (unsigned)least - (unsigned)most));
    return 0;
}
