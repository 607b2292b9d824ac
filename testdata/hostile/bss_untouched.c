// crime: declares gigabytes and touches none of them
// row: bss
// limits: memory 64 MiB
// allowed: AC
// prints: done
// remains: nothing
#include <stdio.h>

static char huge[1u << 30];
char *volatile somewhere = huge;

int main(void) { puts("done"); }
