// crime: eight children touch a part each: together more than the limit, alone less
// row: memory-bomb
// limits: cpu 15 s, memory 128 MiB
// allowed: MLE
// prints: anything
// remains: no process, no file
// except trusted: without a group, memory is bounded for each process alone
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    for (int i = 0; i < 8; i++) {
        if (fork() == 0) {
            memset(malloc(64 << 20), 1, 64 << 20);
            pause();
        }
    }
    while (wait(NULL) > 0) {
    }
    return 1;
}
