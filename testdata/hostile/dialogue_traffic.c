// crime: talks without end, so that it never sleeps and never gets anywhere
// row: interaction
// stage: dialogue
// limits: wall 2 s, cpu 5 s, output 64 MiB
// allowed: TLE OLE
// prints: anything
// remains: no process of either
#include <stdio.h>

int main(void) {
    char line[100];
    for (;;) {
        puts("and you?");
        fflush(stdout);
        if (!fgets(line, sizeof line, stdin)) return 0;
    }
}
