#include <stdio.h>

static int enemies[50001][3], degree[50001];
static char tank[50002];
static int waiting[50001 + 3 * 75001];

int main(void) {
    int n, m, top = 0;
    if (scanf("%d %d", &n, &m) != 2) return 1;
    for (int i = 0; i < m; i++) {
        int u, v;
        if (scanf("%d %d", &u, &v) != 2) return 1;
        enemies[u][degree[u]++] = v;
        enemies[v][degree[v]++] = u;
    }
    for (int fish = 1; fish <= n; fish++) {
        tank[fish] = 'A';
        waiting[top++] = fish;
    }
    while (top > 0) {
        int fish = waiting[--top], met = 0;
        for (int i = 0; i < degree[fish]; i++) met += tank[enemies[fish][i]] == tank[fish];
        if (met < 2) continue;
        tank[fish] ^= 'A' ^ 'B';
        for (int i = 0; i < degree[fish]; i++)
            if (tank[enemies[fish][i]] == tank[fish]) waiting[top++] = enemies[fish][i];
    }
    puts(tank + 1);
    return 0;
}
