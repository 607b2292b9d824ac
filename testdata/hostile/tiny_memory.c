// crime: has less memory than it takes to start
// row: tiny-memory
// limits: memory 64 KiB, cpu 5 s
// allowed: MLE
// prints: anything
// remains: a runner that still answers
// except trusted: memory is that of processes, sampled: too small to be seen
#include <string.h>

static char block[1 << 20];

int main(void) {
    memset(block, 1, sizeof block);
    return block[77] - 1;
}
