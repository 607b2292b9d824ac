// crime: raises every resource limit and lowers its own chance to be killed
// row: priority
// allowed: AC
// prints: done
// remains: the limits it was given
// except docker/runsc: gVisor keeps priorities and chances to be killed as numbers and does nothing with them
// except trusted: limits are the host's where the wall sets none
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

int main(void) {
    for (int resource = 0; resource < RLIM_NLIMITS; resource++) {
        struct rlimit before, more;
        getrlimit(resource, &before);
        if (before.rlim_max == RLIM_INFINITY) continue;
        more.rlim_cur = more.rlim_max = before.rlim_max + 1;
        if (setrlimit(resource, &more) == 0) printf("RAISED limit %d\n", resource);
        more.rlim_cur = more.rlim_max = RLIM_INFINITY;
        if (prlimit(0, resource, &more, 0) == 0) printf("LIFTED limit %d\n", resource);
    }
    int score = open("/proc/self/oom_score_adj", O_WRONLY);
    if (score >= 0 && write(score, "-1000", 5) == 5) puts("LOWERED its chance to be killed");
    if (score >= 0 && write(score, "0", 1) == 1) puts("LOWERED its chance to be killed a little");
    if (nice(-5) == -5) puts("RAISED its priority");
    puts("done");
}
