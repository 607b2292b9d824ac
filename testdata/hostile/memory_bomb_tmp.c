// crime: fills the work directory, which is memory too, with many files
// row: memory-bomb
// limits: cpu 15 s, memory 128 MiB
// allowed: MLE RTE AC
// prints: anything
// remains: no file
// except trusted: the work directory is on the host's disk, without a cap
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static char block[1 << 20];

int main(void) {
    for (int i = 0; i < 1000; i++) {
        char name[64];
        snprintf(name, sizeof name, "/tmp/part-%d", i);
        int file = open(name, O_CREAT | O_WRONLY, 0600);
        if (file < 0 || write(file, block, sizeof block) < 0) return 1;
        close(file);
    }
}
