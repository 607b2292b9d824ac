// crime: leaves symbolic links to files of the host where its files are collected
// row: odd-output
// collects: refused
// allowed: AC
// prints: done
// remains: nothing is followed
#include <stdio.h>
#include <unistd.h>

int main(void) {
    if (symlink("/etc/passwd", "output.txt") || symlink("../../../../etc/shadow", "answer") || symlink("/proc/self/fd", "directory")) return 1;
    puts("done");
}
