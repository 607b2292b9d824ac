// crime: three children write for ever, the parent waits
// row: output-flood
// allowed: OLE RTE
// prints: anything
// remains: a capped output, no process
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    static char block[1 << 16];
    memset(block, 'x', sizeof block);
    for (int i = 0; i < 3; i++) {
        if (fork() == 0) {
            for (;;) write(1, block, sizeof block);
        }
    }
    while (wait(NULL) > 0) {
    }
    return 1;
}
