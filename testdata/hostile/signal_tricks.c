// crime: jumps out of its own crash again and again, and sets alarms that outlive execution
// row: signals
// evidence: at the limit
// allowed: TLE RTE
// prints: anything
// remains: no process, no alarm for the next run
#include <setjmp.h>
#include <signal.h>
#include <unistd.h>

static sigjmp_buf back;

static void caught(int number) {
    (void)number;
    siglongjmp(back, 1);
}

int main(void) {
    signal(SIGSEGV, caught);
    signal(SIGXCPU, caught);
    signal(SIGXFSZ, caught);
    alarm(1000);
    sigsetjmp(back, 1);
    for (;;) *(volatile int *)8 = 1;
}
