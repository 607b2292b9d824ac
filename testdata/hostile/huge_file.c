// crime: writes a file without end
// row: disk-flood
// limits: cpu 5 s, file 16 MiB
// allowed: RTE
// prints: anything
// remains: no file
#include <fcntl.h>
#include <unistd.h>

static char block[1 << 16];

int main(void) {
    int file = open("huge", O_CREAT | O_WRONLY, 0600);
    while (write(file, block, sizeof block) > 0) {
    }
    return 1;
}
