// crime: makes siblings of itself instead of children, dead and alive, for its parent to reap
// row: daemon
// allowed: AC RTE
// prints: done
// remains: no process, and no failure of the wall
#define _GNU_SOURCE
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static long sibling(void) {
    long pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
    if (pid >= 0) return pid;
    struct clone_args arguments;
    memset(&arguments, 0, sizeof arguments);
    arguments.flags = CLONE_PARENT;
    return syscall(SYS_clone3, &arguments, sizeof arguments);
}

int main(void) {
    for (int i = 0; i < 20; i++) {
        if (sibling() == 0) {
            if (i % 2) _exit(0);
            for (;;) pause();
        }
    }
    puts("done");
}
