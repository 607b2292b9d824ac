// crime: forks for ever, each child in a session of its own; the first process leaves at once
// row: fork-bomb
// evidence: at the limit
// allowed: AC TLE RTE
// prints: anything
// remains: no process, no file
#include <unistd.h>

int main(void) {
    if (fork() > 0) return 0;
    for (;;) {
        if (fork() == 0) setsid();
    }
}
