// crime: recurses without end; the stack may be as large as the memory limit
// row: memory-bomb
// limits: cpu 15 s, memory 64 MiB
// allowed: MLE RTE
// prints: anything
// remains: no process
#include <string.h>

static int deeper(volatile char *above) {
    volatile char here[4096];
    memset((char *)here, above[0] + 1, sizeof here);
    return deeper(here) + here[100];
}

int main(void) {
    volatile char first[1] = {0};
    return deeper(first);
}
