// crime: dies of SIGILL
// row: crash
// allowed: RTE
// prints: anything
// remains: no core
#include <signal.h>
#include <stdlib.h>

int main(void) {
    __builtin_trap();
}
