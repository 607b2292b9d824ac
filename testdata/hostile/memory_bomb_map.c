// crime: maps and touches memory, locked, shared and populated
// row: memory-bomb
// limits: cpu 15 s, memory 128 MiB
// allowed: MLE
// prints: anything
// remains: no process, no shared memory
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>

int main(void) {
    mlockall(MCL_CURRENT | MCL_FUTURE);
    for (unsigned i = 0;; i++) {
        char *block = mmap(0, 1 << 20, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_POPULATE | (i % 2 ? MAP_SHARED : MAP_PRIVATE), -1, 0);
        if (block != MAP_FAILED) memset(block, 1, 1 << 20);
    }
}
