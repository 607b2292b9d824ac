// crime: closes its input and goes on talking, so that its partner writes to nobody
// row: interaction
// stage: dialogue
// limits: wall 3 s
// allowed: AC RTE TLE
// prints: anything
// remains: a partner that fails by itself, and a judge that does not
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int main(void) {
    close(0);
    signal(SIGPIPE, SIG_IGN);
    for (int i = 0; i < 2000; i++) {
        if (printf("line %d\n", i) < 0 || fflush(stdout)) break;
        usleep(500);
    }
    return 0;
}
