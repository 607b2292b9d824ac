/* Rehearses the greeting for ever. */
#include <stdio.h>

int main(void) {
    char name[64];
    volatile unsigned long rehearsals = 0;
    if (fgets(name, sizeof name, stdin) == NULL) return 1;
    for (;;) rehearsals++;
}
