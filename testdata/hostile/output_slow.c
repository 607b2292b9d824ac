// crime: writes slowly, a little more than it may
// row: output-flood
// limits: cpu 5 s, wall 10 s, output 64 KiB, file 1 MiB
// allowed: OLE TLE
// prints: anything
// remains: a capped output
#include <stdio.h>
#include <unistd.h>

int main(void) {
    for (int i = 0; i < 200; i++) {
        for (int j = 0; j < 64; j++) printf("%015d\n", j);
        fflush(stdout);
        usleep(2000);
    }
    for (;;) puts("more");
}
