// crime: makes files of terabytes that hold nothing
// row: disk-flood
// allowed: RTE
// prints: anything
// remains: no file
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

int main(void) {
    signal(SIGXFSZ, SIG_IGN);
    int file = open("sparse", O_CREAT | O_WRONLY, 0600);
    if (ftruncate(file, 1l << 40) == 0) return 0;
    if (pwrite(file, "x", 1, 1l << 40) == 1) return 0;
    return 1;
}
