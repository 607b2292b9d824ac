/* Keeps a far too large guest book: 1 GiB, every page written. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
    char name[64];
    if (fgets(name, sizeof name, stdin) == NULL) return 1;
    name[strcspn(name, "\n")] = '\0';
    for (int page = 0; page < 1024; page++) {
        char *leaf = malloc(1 << 20);
        if (leaf == NULL) return 1;
        memset(leaf, name[0], 1 << 20);
        if (((volatile char *)leaf)[page] != name[0]) return 1;
    }
    printf("Hello, %s!\n", name);
    return 0;
}
