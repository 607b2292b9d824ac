// crime: dies of SIGBUS
// row: crash
// allowed: RTE
// prints: anything
// remains: no core
#include <signal.h>
#include <stdlib.h>

int main(void) {
    raise(SIGBUS);
}
