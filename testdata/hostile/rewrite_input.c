// crime: rewrites, truncates, maps and replaces its own input, for itself and for the next run
// row: rewrite
// channel: planted
// allowed: AC
// prints: done
// remains: the input as it was
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

int main(void) {
    char text[64] = "", role[16] = "";
    int port;
    ssize_t length = read(0, text, sizeof text - 1);
    if (length <= 0 || sscanf(text, "%d %15s", &port, role) != 2) return 1;
    int again = open("/proc/self/fd/0", O_RDWR), over = open("/dev/stdin", O_WRONLY | O_TRUNC);
    for (int tries = 0; tries < 3; tries++) {
        int file = tries == 0 ? 0 : tries == 1 ? again : over;
        if (file < 0) continue;
        if (pwrite(file, "99999 evil", 10, 0) > 0) puts("WROTE");
        if (ftruncate(file, 0) == 0) puts("TRUNCATED");
        if (fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4) == 0) puts("PUNCHED");
        if (fchmod(file, 0777) == 0) puts("CHANGED its mode");
        if (futimes(file, 0) == 0) puts("CHANGED its times");
        char *map = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        if (map != MAP_FAILED) {
            map[0] = 'x';
            puts("MAPPED");
        }
    }
    lseek(0, 1000, SEEK_SET);
    if (again >= 0 || over >= 0) lseek(0, 0, SEEK_SET);
    puts(strcmp(role, "find") ? "done" : "nothing found");
}
