// crime: prints one line of a hundred megabytes
// row: binary-output
// limits: cpu 5 s, output 128 MiB, file 128 MiB, memory 256 MiB
// allowed: AC
// prints: starts with xxxxxxxx
// remains: an output within its limit
#include <stdio.h>
#include <string.h>

static char block[1 << 20];

int main(void) {
    memset(block, 'x', sizeof block);
    for (int i = 0; i < 100; i++) fwrite(block, 1, sizeof block, stdout);
}
