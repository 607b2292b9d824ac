// crime: children burn CPU after the first process has gone to sleep
// row: children-cpu
// evidence: at the limit
// allowed: TLE
// prints: anything
// remains: no process, no file
#include <unistd.h>

int main(void) {
    for (int i = 0; i < 2; i++) {
        if (fork() == 0) {
            setsid();
            for (volatile unsigned long count = 0;; count++) {
            }
        }
    }
    for (;;) pause();
}
