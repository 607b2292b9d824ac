// crime: touches memory until there is none
// row: memory-bomb
// limits: cpu 15 s, memory 128 MiB
// allowed: MLE
// prints: anything
// remains: no process, no file
#include <stdlib.h>
#include <string.h>

int main(void) {
    for (;;) {
        char *block = malloc(1 << 20);
        if (block) memset(block, 1, 1 << 20);
    }
}
