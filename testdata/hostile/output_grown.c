// crime: makes its output large without writing it: seeks, truncates, reserves beyond the end
// row: output-flood
// allowed: OLE RTE
// prints: anything
// remains: a capped output, and no memory
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

int main(void) {
    signal(SIGXFSZ, SIG_IGN);
    fallocate(1, FALLOC_FL_KEEP_SIZE, 1 << 20, 32 << 20);
    if (ftruncate(1, 1l << 40) == 0) return 0;
    lseek(1, 1l << 40, SEEK_SET);
    if (write(1, "x", 1) == 1) return 0;
    if (pwrite(1, "x", 1, 900l << 30) == 1) return 0;
    ftruncate(1, 60 << 20);
    return 1;
}
