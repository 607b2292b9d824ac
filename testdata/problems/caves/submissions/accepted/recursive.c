#include <stdio.h>

#define MOST 100001

static long long oil[MOST];
static int first[MOST], next[MOST], bright;

static long long walk(int chamber, long long way) {
    long long behind = oil[chamber];
    way += oil[chamber];
    for (int c = first[chamber]; c != 0; c = next[c]) behind += walk(c, way);
    bright += behind >= way;
    return behind;
}

int main(void) {
    int n;
    if (scanf("%d", &n) != 1) return 1;
    for (int c = 1; c <= n; c++)
        if (scanf("%lld", &oil[c]) != 1) return 1;
    for (int c = 2, before; c <= n; c++) {
        if (scanf("%d", &before) != 1) return 1;
        next[c] = first[before];
        first[before] = c;
    }
    walk(1, 0);
    printf("%d\n", bright);
    return 0;
}
