/* Looks for floors below the ground. */
#include <stdio.h>
#include <stdlib.h>

static int came[200001];

static int reach(int at, int f, int b, int u, int d, int depth) {
    if (at < 1 || depth > 2 * f) abort();
    if (at == b) return 1;
    if (at > f || came[at]) return 0;
    came[at] = 1;
    return reach(at - d, f, b, u, d, depth + 1) || reach(at + u, f, b, u, d, depth + 1);
}

int main(void) {
    int f, a, b, u, d;
    if (scanf("%d %d %d %d %d", &f, &a, &b, &u, &d) != 5) return 1;
    puts(reach(a, f, b, u, d, 0) ? "-" : "take the stairs");
    return 0;
}
