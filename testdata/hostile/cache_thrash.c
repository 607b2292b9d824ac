// crime: walks memory so that every step misses every cache, locks the bus, and yields for ever
// row: neighbours
// limits: cpu 1 s, memory 128 MiB
// allowed: TLE
// prints: anything
// remains: neighbours with the verdicts and times they have alone
#include <sched.h>
#include <stdlib.h>

int main(void) {
    unsigned long size = 8ul << 20, at = 1;
    unsigned long *memory = malloc(size * sizeof *memory);
    for (unsigned long i = 0; i < size; i++) memory[i] = (i * 5 + 8191 * 64) % size;
    for (;;) {
        at = memory[at];
        // Across a line: the bus is locked.
        __sync_fetch_and_add((int *)((char *)memory + (at % 1000) * 64 + 62), 1);
        if (at % 4096 == 0) sched_yield();
    }
}
