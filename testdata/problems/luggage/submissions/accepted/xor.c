#include <stdio.h>

int main(void) {
    int n, left = 0;
    if (scanf("%d", &n) != 1) return 1;
    while (n-- > 0) {
        int tag = 0, c = getchar_unlocked();
        while (c == '\n') c = getchar_unlocked();
        for (; c >= '0'; c = getchar_unlocked()) tag = tag * 10 + c - '0';
        left ^= tag;
    }
    printf("%d\n", left);
    return 0;
}
