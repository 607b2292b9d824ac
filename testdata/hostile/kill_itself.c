// crime: kills itself with the signal that the judge uses
// row: crash
// allowed: RTE
// prints: anything
// remains: neither TLE nor MLE
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(void) {
    char *memory = malloc(1 << 20);
    memset(memory, 1, 1 << 20);
    kill(getpid(), SIGKILL);
    return memory[5];
}
