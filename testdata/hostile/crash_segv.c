// crime: dies of SIGSEGV
// row: crash
// allowed: RTE
// prints: anything
// remains: no core
#include <signal.h>
#include <stdlib.h>

int main(void) {
    *(volatile int *)1 = 1;
}
