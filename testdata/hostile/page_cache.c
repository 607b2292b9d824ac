// crime: pushes files that others need out of memory, and reads them in again
// row: neighbours
// allowed: TLE
// prints: anything
// remains: neighbours as fast as before
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

int main(void) {
    for (;;) {
        DIR *directory = opendir("/usr/bin");
        if (!directory) return 1;
        for (struct dirent *entry; (entry = readdir(directory));) {
            int file = openat(dirfd(directory), entry->d_name, O_RDONLY | O_NONBLOCK);
            if (file < 0) continue;
            posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
            void *map = mmap(0, 1 << 16, PROT_READ, MAP_SHARED, file, 0);
            if (map != MAP_FAILED) {
                madvise(map, 1 << 16, MADV_PAGEOUT);
                munmap(map, 1 << 16);
            }
            close(file);
        }
        closedir(directory);
    }
}
