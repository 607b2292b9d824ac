// crime: dies of SIGFPE
// row: crash
// allowed: RTE
// prints: anything
// remains: no core
#include <signal.h>
#include <stdlib.h>

int main(void) {
    volatile int one = 1, zero = 0;
    return one / zero;
}
