// crime: fills files that exist in memory only
// row: memory-bomb
// limits: cpu 15 s, memory 64 MiB
// allowed: MLE RTE
// prints: anything
// remains: no shared memory
// except trusted: without a group, files in memory are nobody's memory
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static char block[1 << 20];

int main(void) {
    memset(block, 1, sizeof block);
    for (int i = 0; i < 250; i++) {
        int file = memfd_create("bomb", 0);
        for (int j = 0; j < 60; j++)
            if (write(file, block, sizeof block) < 0) return 1;
    }
}
