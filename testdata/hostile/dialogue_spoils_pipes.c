// crime: shrinks, re-owns and re-modes the pipes it shares with its partner, reads what it wrote, keeps every end
// row: interaction
// stage: dialogue
// limits: wall 3 s
// allowed: AC RTE TLE
// prints: anything
// remains: a partner that is not signalled and pipes that are nobody's afterwards
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void) {
    for (int fd = 0; fd < 2; fd++) {
        fcntl(fd, F_SETPIPE_SZ, 4096);
        fcntl(fd, F_SETFL, O_NONBLOCK | O_ASYNC | O_DIRECT);
        fcntl(fd, F_SETOWN, -1);
        fcntl(fd, F_SETSIG, SIGKILL);
        fchmod(fd, 0000);
    }
    open("/proc/self/fd/0", O_WRONLY | O_NONBLOCK);
    open("/proc/self/fd/1", O_RDONLY | O_NONBLOCK);
    for (int i = 0; i < 20; i++) {
        char byte;
        if (write(1, "hello\n", 6) < 0 || read(0, &byte, 1) < 0) usleep(10000);
    }
    return 0;
}
