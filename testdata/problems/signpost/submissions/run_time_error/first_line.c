/* Makes the sign as wide as its first line, and memset does the rest. */
#include <stdio.h>
#include <string.h>

int main(void) {
    static char lines[50][64], row[80];
    int k;
    if (scanf("%d\n", &k) != 1) return 1;
    for (int i = 0; i < k; i++) {
        if (fgets(lines[i], sizeof lines[i], stdin) == NULL) return 1;
        lines[i][strcspn(lines[i], "\n")] = '\0';
    }
    size_t width = strlen(lines[0]);
    memset(row, '-', width + 2);
    printf("+%s+\n", row);
    for (int i = 0; i < k; i++) {
        size_t length = strlen(lines[i]), spare = width - length;
        memset(row, ' ', spare);
        row[spare] = '\0';
        printf("| %.*s%s%s |\n", (int)(spare / 2), row, lines[i], row + spare / 2);
    }
    memset(row, '-', width + 2);
    row[width + 2] = '\0';
    printf("+%s+\n", row);
    return 0;
}
