// crime: computes in bursts shorter than a tick and sleeps in between, so that sampling clocks see nothing
// row: clock
// limits: cpu 500 ms, wall 10 s
// evidence: at the limit
// allowed: TLE
// prints: anything
// remains: counters from outside
#include <time.h>

int main(void) {
    struct timespec now, then, nap = {0, 100000};
    for (;;) {
        clock_gettime(CLOCK_MONOTONIC, &then);
        do clock_gettime(CLOCK_MONOTONIC, &now);
        while ((now.tv_sec - then.tv_sec) * 1000000000l + now.tv_nsec - then.tv_nsec < 700000);
        nanosleep(&nap, 0);
    }
}
