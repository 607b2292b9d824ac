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
    for (int which = 0; which < 3; which++) setitimer(which, &often, 0);
    signal(SIGALRM, SIG_IGN);
    signal(SIGVTALRM, SIG_IGN);
    signal(SIGPROF, SIG_IGN);
    for (int i = 0; i < 3; i++) fork();
    for (;;) kill(0, SIGUSR1);
}
