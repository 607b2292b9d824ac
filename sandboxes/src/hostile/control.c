// A harmless program: adds two numbers after a little work on a little memory.
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    int a, b;
    if (scanf("%d %d", &a, &b) != 2) return 1;
    unsigned sum = 0, *numbers = malloc(1 << 20);
    for (unsigned i = 0; i < 1 << 18; i++) numbers[i] = i * 2654435761u;
    for (unsigned i = 0; i < 1 << 18; i++) sum += numbers[(i * 97) & 0x3ffff];
    printf("%d\n", a + b + (sum == 1));
    return 0;
}
