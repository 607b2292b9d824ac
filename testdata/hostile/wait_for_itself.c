// crime: reads from a pipe only it could write to, selects on nothing, waits for a child that waits for it
// row: sleep
// evidence: idle
// limits: wall 3 s
// allowed: TLE
// prints: anything
// remains: no process
#include <sys/select.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int ends[2];
    char byte;
    if (pipe(ends) < 0) return 1;
    if (fork() == 0) return (int)read(ends[0], &byte, 1);
    if (fork() == 0) return select(0, 0, 0, 0, 0);
    for (;;) wait(0);
}
