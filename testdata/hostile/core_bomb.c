// crime: crashes with much memory, many times, after raising what it may of its core limit
// row: core
// limits: cpu 2 s, memory 256 MiB
// allowed: RTE
// prints: done
// remains: no core, no program started for one
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    struct rlimit limit;
    getrlimit(RLIMIT_CORE, &limit);
    // Nothing would not do: where cores go to a program, zero is no limit, but one byte is.
    if (limit.rlim_max != 1) printf("MAY dump %ld bytes\n", (long)limit.rlim_max);
    limit.rlim_cur = limit.rlim_max = RLIM_INFINITY;
    if (setrlimit(RLIMIT_CORE, &limit) == 0) puts("RAISED its limit");
    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    char *memory = malloc(64 << 20);
    memset(memory, 1, 64 << 20);
    for (int i = 0; i < 20; i++) {
        int status = 0;
        if (fork() == 0) raise(SIGQUIT);
        wait(&status);
        if (WCOREDUMP(status)) puts("DUMPED core");
    }
    puts("done");
    fflush(stdout);
    abort();
}
