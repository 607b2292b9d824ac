// crime: forks for ever, in every child too
// row: fork-bomb
// evidence: at the limit
// allowed: TLE RTE
// prints: anything
// remains: no process, no file
#include <unistd.h>

int main(void) {
    for (;;) fork();
}
