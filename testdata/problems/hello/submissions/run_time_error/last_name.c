/* Looks for the last name of guests that have none. */
#include <stdio.h>
#include <string.h>

int main(void) {
    char name[64];
    if (fgets(name, sizeof name, stdin) == NULL) return 1;
    name[strcspn(name, "\n")] = '\0';
    volatile char *space = strchr(name, ' ');
    char initial = space[1];
    printf("Hello, %s!\n", name);
    return initial == '\0';
}
