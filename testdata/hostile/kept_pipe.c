// crime: closes its outputs and ends, while a child keeps them open for ever
// row: kept-pipe
// evidence: left over
// allowed: AC
// prints: 42
// remains: no process, no wait for the child
#include <stdio.h>
#include <unistd.h>

int main(void) {
    puts("42");
    fflush(stdout);
    if (fork() == 0) {
        setsid();
        for (;;) pause();
    }
    close(1);
    close(2);
    return 0;
}
