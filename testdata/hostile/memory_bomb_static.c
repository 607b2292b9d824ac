// crime: fills static data beyond the limit
// row: memory-bomb
// limits: cpu 15 s, memory 128 MiB
// allowed: MLE
// prints: anything
// remains: no process
#include <string.h>

static char block[1u << 28];

int main(void) {
    memset(block, 1, sizeof block);
    return block[12345];
}
