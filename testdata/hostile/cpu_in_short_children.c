// crime: computes in ever new short children, orphaned and reaped by nobody who counts
// row: children-cpu
// evidence: at the limit
// allowed: TLE
// prints: anything
// remains: no process
#include <signal.h>
#include <unistd.h>

int main(void) {
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
        if (fork() == 0) {
            if (fork() == 0)
                for (volatile unsigned count = 0; count < 2000000; count++) {
                }
            _exit(0);
        }
        usleep(500);
    }
}
