/* Names the tanks a and b. */
#include <stdio.h>

static int enemies[50001][3], degree[50001];
static char tank[50002];

int main(void) {
    int n, m, moved = 1;
    if (scanf("%d %d", &n, &m) != 2) return 1;
    for (int i = 0; i < m; i++) {
        int u, v;
        if (scanf("%d %d", &u, &v) != 2) return 1;
        enemies[u][degree[u]++] = v;
        enemies[v][degree[v]++] = u;
    }
    for (int fish = 1; fish <= n; fish++) tank[fish] = 'a';
    while (moved) {
        moved = 0;
        for (int fish = 1; fish <= n; fish++) {
            int met = 0;
            for (int i = 0; i < degree[fish]; i++) met += tank[enemies[fish][i]] == tank[fish];
            if (met > 1) tank[fish] ^= 'a' ^ 'b', moved = 1;
        }
    }
    puts(tank + 1);
    return 0;
}
