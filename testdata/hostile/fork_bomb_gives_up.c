// crime: forks until it may not, keeps all of them asleep, then exits with an error
// row: fork-bomb
// evidence: left over
// allowed: RTE
// prints: anything
// remains: no process
#include <unistd.h>

int main(void) {
    for (;;) {
        int pid = fork();
        if (pid < 0) return 11;
        if (pid == 0) for (;;) pause();
    }
}
