#include <stdio.h>
#include <string.h>

static void border(int width) {
    putchar('+');
    for (int i = 0; i < width + 2; i++) putchar('-');
    puts("+");
}

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
    border(width);
    for (int i = 0; i < k; i++) {
        int length = strlen(lines[i]), left = (width - length) / 2;
        printf("| %*s%s%*s |\n", left, "", lines[i], width - length - left, "");
    }
    border(width);
    return 0;
}
