// crime: stops, continues and kills everybody it can name: its parent, the first process, its group, all
// row: stop
// limits: wall 3 s
// allowed: TLE RTE
// prints: anything
// remains: no process, and a runner that still answers
// except trusted: programs of one user share the host's process ids
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int main(void) {
    int signals[] = {SIGSTOP, SIGKILL, SIGTERM, SIGUSR1, SIGCHLD, SIGIO, SIGALRM};
    for (int i = 0; i < 7; i++) {
        kill(1, signals[i]);
        if (getppid() > 0) kill(getppid(), signals[i]);
        for (int pid = 2; pid < 70000; pid++)
            if (pid != getpid() && kill(pid, signals[i]) == 0) {
                printf("SIGNALLED %d\n", pid);
                fflush(stdout);
            }
    }
    if (fork() == 0) {
        kill(getppid(), SIGSTOP);
        for (;;) pause();
    }
    kill(-1, SIGSTOP);
    for (;;) pause();
}
