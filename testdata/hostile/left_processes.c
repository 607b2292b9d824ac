// crime: leaves processes that would wait for the next submission: sleeping, stopped, in other sessions, about to be born
// row: left-behind
// channel: planted
// evidence: left over
// allowed: AC
// prints: done
// remains: no process
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void) {
    char role[16] = "";
    int port;
    if (scanf("%d %15s", &port, role) != 2) return 1;
    if (!strcmp(role, "find")) {
        for (int pid = 1; pid < 500; pid++)
            if (pid != getpid() && pid != getppid() && kill(pid, 0) == 0) printf("FOUND process %d\n", pid);
        puts("nothing found");
        return 0;
    }
    puts("done");
    fflush(stdout);
    for (int i = 0; i < 12; i++) {
        if (fork() == 0) {
            setsid();
            if (i % 3 == 0) raise(SIGSTOP);
            if (i % 3 == 1)
                for (;;)
                    if (vfork() == 0) _exit(0);
            for (;;) pause();
        }
    }
    return 0;
}
