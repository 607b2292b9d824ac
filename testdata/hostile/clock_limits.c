// crime: raises its CPU limit, catches what says that it is over, resets what it can of its clocks by executing itself
// row: clock
// evidence: at the limit
// allowed: TLE
// prints: anything
// remains: no process
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

int main(int count, char **arguments) {
    (void)count;
    struct rlimit more = {RLIM_INFINITY, RLIM_INFINITY};
    setrlimit(RLIMIT_CPU, &more);
    prlimit(0, RLIMIT_CPU, &more, 0);
    signal(SIGXCPU, SIG_IGN);
    signal(SIGVTALRM, SIG_IGN);
    struct itimerval timer = {{0, 0}, {0, 0}};
    setitimer(ITIMER_VIRTUAL, &timer, 0);
    for (volatile unsigned step = 0; step < 20000000; step++) {
    }
    char *none[] = {0};
    int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (fork() == 0) fexecve(self, arguments, none);
    fexecve(self, arguments, none);
    return 1;
}
