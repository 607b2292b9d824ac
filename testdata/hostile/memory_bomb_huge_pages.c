// crime: takes the host's reserve of huge pages, which no memory group counts
// row: memory-bomb
// allowed: AC RTE
// prints: done
// remains: no huge page is taken
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int main(void) {
    char *block = mmap(0, 2 << 20, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE | MAP_HUGETLB, -1, 0);
    if (block != MAP_FAILED) puts("TOOK a huge page");
    int file = memfd_create("huge", MFD_HUGETLB);
    if (file >= 0 && ftruncate(file, 2 << 20) == 0 && mmap(0, 2 << 20, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) != MAP_FAILED) puts("TOOK a huge page of a file");
    puts("done");
}
