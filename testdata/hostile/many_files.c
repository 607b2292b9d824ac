// crime: makes empty files without end
// row: inodes
// limits: cpu 5 s
// allowed: RTE
// prints: anything
// remains: no file
// except trusted: the work directory is on the host's disk, without a cap on files
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(void) {
    for (int i = 0;; i++) {
        char path[32];
        snprintf(path, sizeof path, "%d", i);
        int file = open(path, O_CREAT | O_WRONLY, 0600);
        if (file < 0) return 1;
        close(file);
    }
}
