// crime: writes a program into its output and executes it from there
// row: rewrite
// allowed: AC RTE
// prints: anything
// remains: an output that is data
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int count, char **arguments) {
    if (count > 5) return 0;
    char block[65536];
    int self = open("/proc/self/exe", O_RDONLY);
    for (ssize_t length; (length = read(self, block, sizeof block)) > 0;)
        if (write(1, block, (size_t)length) != length) return 1;
    fchmod(1, 0777);
    char *again[] = {arguments[0], "1", "2", "3", "4", "5", 0}, *none[] = {0};
    execve("/proc/self/fd/1", again, none);
    int other = open("/proc/self/fd/1", O_RDONLY);
    close(1);
    fexecve(other, again, none);
    return 3;
}
