// crime: executes itself with megabytes of arguments, with none, and with no name
// row: arguments
// limits: cpu 2 s
// allowed: AC RTE
// prints: anything
// remains: no process
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int count, char **arguments) {
    if (count != 1 || getenv("AGAIN")) return 0;
    int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    static char *many[100002], *none[] = {0}, *again[] = {"AGAIN=1", 0};
    static char large[120000];
    memset(large, 'x', sizeof large - 1);
    for (int i = 0; i < 100000; i++) many[i] = "argument";
    if (fork() == 0) {
        fexecve(self, many, again);
        _exit(1);
    }
    for (int i = 0; i < 100000; i++) many[i] = large;
    if (fork() == 0) {
        fexecve(self, many, again);
        _exit(1);
    }
    if (fork() == 0) {
        fexecve(self, none, again);
        _exit(1);
    }
    if (fork() == 0) {
        execve(0, none, none);
        _exit(1);
    }
    while (wait(0) > 0) {
    }
    (void)arguments;
    puts("done");
}
