// Reads the notes. Another extension than the cello, the same language.
#include "duet.h"

#include <stdio.h>
#include <stdlib.h>

int main() {
    int n, d;
    if (scanf("%d %d", &n, &d) != 2) return 1;
    int *players = static_cast<int *>(malloc(n * sizeof(int)));
    for (int at = 0; at < n; at++)
        if (scanf("%d", &players[at]) != 1) return 1;
    printf("%d\n", missed(d, n, players));
    free(players);
    return 0;
}
