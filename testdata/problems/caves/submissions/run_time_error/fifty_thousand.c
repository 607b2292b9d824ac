/* Room for fifty thousand chambers; says so itself when there are more. */
#include <stdio.h>
#include <stdlib.h>

#define MOST 50000

static long long way[MOST + 1], behind[MOST + 1];
static int before[MOST + 1], order[MOST + 1], first[MOST + 1], next[MOST + 1];

int main(void) {
    int n, known = 1, bright = 0;
    if (scanf("%d", &n) != 1) return 1;
    if (n > MOST) abort();
    for (int c = 1; c <= n; c++) {
        if (scanf("%lld", &way[c]) != 1) return 1;
        behind[c] = way[c];
    }
    for (int c = 2; c <= n; c++) {
        if (scanf("%d", &before[c]) != 1) return 1;
        next[c] = first[before[c]];
        first[before[c]] = c;
    }
    order[0] = 1;
    for (int i = 0; i < known; i++)
        for (int c = first[order[i]]; c != 0; c = next[c]) {
            way[c] += way[order[i]];
            order[known++] = c;
        }
    for (int i = n - 1; i > 0; i--) behind[before[order[i]]] += behind[order[i]];
    for (int c = 1; c <= n; c++) bright += behind[c] >= way[c];
    printf("%d\n", bright);
    return 0;
}
