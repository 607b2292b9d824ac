/* Greets over and over, more than 64 MiB in all. */
#include <stdio.h>
#include <string.h>

int main(void) {
    char name[64];
    if (fgets(name, sizeof name, stdin) == NULL) return 1;
    name[strcspn(name, "\n")] = '\0';
    for (long said = 0; said < 64L << 20; said += 8) printf("Hello, %s!\n", name);
    return 0;
}
