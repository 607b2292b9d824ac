// crime: tens of thousands of maps in each of many processes, slow to build and slow to tear down
// row: memory-bomb
// limits: cpu 2 s, wall 30 s, memory 512 MiB
// allowed: MLE RTE TLE AC
// prints: anything
// remains: no process, and no failure of the wall
// except trusted: without a group, memory is bounded for each process alone
#define _GNU_SOURCE
#include <sys/mman.h>
#include <unistd.h>

int main(void) {
    for (int process = 0; process < 48; process++) {
        if (fork() == 0) {
            for (int i = 0; i < 60000; i++) {
                char *page = mmap(0, 4096, i % 2 ? PROT_READ : PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
                if (page != MAP_FAILED && i % 2 == 0) *page = 1;
            }
            for (;;) pause();
        }
    }
    for (;;) pause();
}
