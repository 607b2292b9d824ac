// crime: reserves address space as Java, Go and sanitizers do
// row: reserve
// limits: memory 64 MiB
// allowed: AC
// prints: done
// remains: nothing
#include <stdio.h>
#include <sys/mman.h>

int main(void) {
    char *space = mmap(0, 1ul << 40, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (space == MAP_FAILED) return 1;
    space[1ul << 39] = 1;
    puts("done");
}
