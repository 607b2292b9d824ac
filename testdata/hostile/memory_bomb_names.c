// crime: asks for files that do not exist, so that the kernel remembers their absence
// row: memory-bomb
// limits: cpu 2 s, wall 30 s, memory 32 MiB
// allowed: TLE MLE AC
// prints: anything
// remains: no memory of the kernel's that it would not give back
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(void) {
    const char *places[] = {"/usr/lib", "/usr/bin", "/tmp", "/box", "/proc/self", "/dev"};
    for (unsigned long i = 0;; i++) {
        char path[300];
        snprintf(path, sizeof path, "%s/%0200lu", places[i % 6], i);
        access(path, F_OK);
    }
}
