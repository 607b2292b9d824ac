/* Walks towards the middle from both ends and misses it when one space is left over. */
#include <stdio.h>
#include <string.h>

int main(void) {
    static char lines[50][64];
    int k, width = 0;
    if (scanf("%d\n", &k) != 1) return 1;
    for (int i = 0; i < k; i++) {
        if (fgets(lines[i], sizeof lines[i], stdin) == NULL) return 1;
        lines[i][strcspn(lines[i], "\n")] = '\0';
        int length = strlen(lines[i]);
        if (length > width) width = length;
    }
    printf("+%.*s+\n", width + 2, "----------------------------------------------------------------");
    for (int i = 0; i < k; i++) {
        unsigned length = strlen(lines[i]), left = 0;
        for (volatile unsigned used = length; used != (unsigned)width; used = used + 2) left++;
        printf("| %*s%s%*s |\n", left, "", lines[i], left, "");
    }
    printf("+%.*s+\n", width + 2, "----------------------------------------------------------------");
    return 0;
}
