/* The newline after the last line is missing. */
#include <stdio.h>
#include <string.h>

int main(void) {
    static char lines[50][64];
    char border[80] = {0};
    int k, width = 0;
    if (scanf("%d\n", &k) != 1) return 1;
    for (int i = 0; i < k; i++) {
        if (fgets(lines[i], sizeof lines[i], stdin) == NULL) return 1;
        lines[i][strcspn(lines[i], "\n")] = '\0';
        int length = strlen(lines[i]);
        if (length > width) width = length;
    }
    memset(border, '-', width + 4);
    border[0] = border[width + 3] = '+';
    puts(border);
    for (int i = 0; i < k; i++) {
        int length = strlen(lines[i]), left = (width - length) / 2;
        printf("| %*s%s%*s |\n", left, "", lines[i], width - length - left, "");
    }
    printf("%s", border);
    return 0;
}
