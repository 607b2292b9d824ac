// crime: forks twice into a session of its own, keeps the output open, and writes later; the first process ends well
// row: daemon
// evidence: left over
// allowed: AC
// prints: starts with done
// remains: no process, no file
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(void) {
    puts("done");
    fflush(stdout);
    if (fork() > 0) return 0;
    setsid();
    if (fork() > 0) return 0;
    for (int i = 0;; i++) {
        usleep(1000);
        write(1, "late\n", 5);
        close(open("planted", O_CREAT | O_WRONLY, 0600));
    }
}
