// crime: writes without reading, until both pipes are full
// row: interaction
// stage: dialogue
// limits: wall 3 s, output 8 MiB
// allowed: OLE TLE
// prints: anything
// remains: no process of either
#include <stdio.h>

int main(void) {
    for (;;) puts("x");
}
