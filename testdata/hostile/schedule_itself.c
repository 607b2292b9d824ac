// crime: asks for real-time priority, a deadline, the other processor, and all its time
// row: priority
// allowed: AC
// prints: done
// remains: the processor it was given
// except docker/runsc: gVisor keeps priorities as numbers and does nothing with them
// except trusted: pinned at the start, but free to move: there is no filter
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
    struct sched_param top = {50};
    int policies[] = {SCHED_FIFO, SCHED_RR};
    for (int i = 0; i < 2; i++)
        if (sched_setscheduler(0, policies[i], &top) == 0) printf("HAS policy %d\n", policies[i]);
    struct {
        unsigned size, policy;
        unsigned long flags;
        int nice;
        unsigned priority;
        unsigned long runtime, deadline, period;
    } deadline = {48, 6, 0, 0, 0, 900000, 1000000, 1000000};
    if (syscall(SYS_sched_setattr, 0, &deadline, 0) == 0) puts("HAS a deadline");
    cpu_set_t now, all;
    CPU_ZERO(&now);
    sched_getaffinity(0, sizeof now, &now);
    memset(&all, 0xff, sizeof all);
    sched_setaffinity(0, sizeof all, &all);
    CPU_ZERO(&all);
    sched_getaffinity(0, sizeof all, &all);
    if (CPU_COUNT(&all) != CPU_COUNT(&now)) puts("MOVED");
    if (setpriority(PRIO_PROCESS, 0, -10) == 0) puts("RAISED its priority");
    if (syscall(SYS_ioprio_set, 1, 0, 1 << 13) == 0) puts("HAS real-time disks");
    puts("done");
}
