// crime: keeps memory in the buffers of pipes, as many and as large as it may
// row: memory-bomb
// limits: cpu 15 s, wall 30 s, memory 32 MiB
// allowed: MLE RTE AC
// prints: anything
// remains: no memory of the kernel's
// except trusted: without a group, buffers of pipes are nobody's memory
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static char block[1 << 16];

int main(void) {
    memset(block, 1, sizeof block);
    for (int processes = 0; processes < 8; processes++) {
        if (fork() == 0) {
            int ends[2];
            while (pipe2(ends, O_NONBLOCK) == 0) {
                fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
                while (write(ends[1], block, sizeof block) > 0) {
                }
            }
            for (;;) pause();
        }
    }
    sleep(1);
}
