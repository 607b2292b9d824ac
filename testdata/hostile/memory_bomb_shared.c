// crime: fills POSIX shared memory and leaves it
// row: memory-bomb
// limits: cpu 15 s, memory 64 MiB
// allowed: MLE RTE AC
// prints: anything
// remains: no shared memory
// except trusted: /dev/shm is the host's
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int main(void) {
    for (int i = 0; i < 1000; i++) {
        char name[32];
        snprintf(name, sizeof name, "/planted-%d", i);
        int file = shm_open(name, O_CREAT | O_RDWR, 0600);
        if (file < 0 || ftruncate(file, 1 << 20) < 0) return 1;
        char *block = mmap(0, 1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        if (block == MAP_FAILED) return 1;
        memset(block, 1, 1 << 20);
    }
}
