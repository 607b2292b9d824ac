// crime: makes the host write its disks, by every call and on files of the host
// row: kernel-interfaces
// allowed: AC TLE
// prints: anything
// remains: disks that are left alone, so that others are not held up
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

int main(void) {
    int file = open("/usr/bin/bash", O_RDONLY);
    void *map = mmap(0, 4096, PROT_READ, MAP_SHARED, file, 0);
    for (int i = 0; i < 300; i++) {
        sync();
        syncfs(file);
        fsync(file);
        fdatasync(file);
        sync_file_range(file, 0, 0, 7);
        if (map != MAP_FAILED) msync(map, 4096, MS_SYNC);
    }
}
