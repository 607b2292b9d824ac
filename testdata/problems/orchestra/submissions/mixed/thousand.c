/* Has chairs for a thousand players, and counts notes that nobody played. */
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    static int last[1001];
    int n, d, count = 0;
    if (scanf("%d %d", &n, &d) != 2) return 1;
    for (int at = 1, player; at <= n && scanf("%d", &player) == 1; at++) {
        if (player > 1000) abort();
        if (last[player] != 0 && at <= last[player] + d) count++;
        last[player] = at;
    }
    printf("%d\n", count);
    return 0;
}
