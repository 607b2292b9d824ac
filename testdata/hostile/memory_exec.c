// crime: executes a copy of itself from memory, without a file
// row: exec
// allowed: AC RTE
// prints: anything
// remains: the same limits as any program
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

int main(int count, char **arguments) {
    if (count > 3) return puts("executed") < 0;
    int self = open("/proc/self/exe", O_RDONLY), copy = memfd_create("copy", 0);
    char block[65536];
    for (ssize_t length; (length = read(self, block, sizeof block)) > 0;)
        if (write(copy, block, (size_t)length) < 0) return 1;
    char *again[] = {arguments[0], "1", "2", "3", 0}, *none[] = {0};
    fexecve(copy, again, none);
    return 1;
}
