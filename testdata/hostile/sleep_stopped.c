// crime: stops itself and its parent
// row: stop
// limits: wall 3 s
// allowed: TLE RTE
// prints: anything
// remains: no process, no file
#include <signal.h>
#include <unistd.h>

int main(void) {
    kill(getppid(), SIGSTOP);
    kill(0, SIGSTOP);
    raise(SIGSTOP);
    return 1;
}
