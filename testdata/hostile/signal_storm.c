// crime: storms of signals, timers and alarms against itself and its children
// row: signals
// evidence: at the limit
// allowed: TLE
// prints: anything
// remains: no process
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

static void again(int number) {
    signal(number, again);
    kill(getpid(), number == SIGUSR1 ? SIGUSR2 : SIGUSR1);
}

int main(void) {
    struct itimerval often = {{0, 50}, {0, 50}};
    signal(SIGUSR1, again);
    signal(SIGUSR2, again);
    // Ignored first: the first of them comes at once where programs are slow.
    signal(SIGALRM, SIG_IGN);
    signal(SIGVTALRM, SIG_IGN);
    signal(SIGPROF, SIG_IGN);
    for (int which = 0; which < 3; which++) setitimer(which, &often, 0);
    for (int i = 0; i < 3; i++) fork();
    for (;;) kill(0, SIGUSR1);
}
