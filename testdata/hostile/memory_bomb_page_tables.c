// crime: touches one page in each two megabytes, so that page tables weigh more than pages
// row: memory-bomb
// limits: cpu 15 s, memory 64 MiB
// allowed: MLE RTE
// prints: anything
// remains: no process
// except trusted: without a group, page tables are nobody's memory
#define _GNU_SOURCE
#include <sys/mman.h>
#include <unistd.h>

int main(void) {
    int file = memfd_create("page", 0);
    if (ftruncate(file, 4096) < 0) return 1;
    for (unsigned long i = 1; i < 1000000; i++) {
        // The same page of the same file everywhere: only tables are new.
        char *page = mmap((void *)(i << 21), 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED_NOREPLACE, file, 0);
        if (page == MAP_FAILED) {
            if (fork()) _exit(1);
            i = 1;
            for (unsigned long j = 1; j < 60000; j++) munmap((void *)(j << 21), 4096);
            continue;
        }
        *page = 1;
    }
    return 1;
}
