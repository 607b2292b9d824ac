// crime: ignores, blocks and catches every signal it may, then computes for ever
// row: signals
// evidence: at the limit
// allowed: TLE
// prints: anything
// remains: no process
#include <signal.h>

int main(void) {
    sigset_t all;
    sigfillset(&all);
    for (int number = 1; number < 65; number++) signal(number, SIG_IGN);
    sigprocmask(SIG_BLOCK, &all, 0);
    for (volatile unsigned long count = 0;; count++) {
    }
}
