/* Stops after a million scans. */
#include <stdio.h>

int main(void) {
    int n, tag, left = 0;
    if (scanf("%d", &n) != 1) return 1;
    for (int i = 0; i < n && i < 1000000 && scanf("%d", &tag) == 1; i++) left ^= tag;
    printf("%d\n", left);
    return 0;
}
