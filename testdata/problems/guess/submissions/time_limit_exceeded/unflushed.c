/* Forgets to flush, so that both sit and wait. */
#include <stdio.h>
#include <string.h>

int main(void) {
    int low = 1, high;
    char word[16] = "";
    if (scanf("%d", &high) != 1) return 1;
    while (strcmp(word, "correct") != 0) {
        int guess = (low + high) / 2;
        printf("%d\n", guess);
        if (scanf("%15s", word) != 1) return 1;
        if (word[0] == 'l') high = guess - 1;
        if (word[0] == 'h') low = guess + 1;
    }
    return 0;
}
