// crime: leaves a named pipe that nobody writes to where its files are collected
// row: odd-output
// collects: refused
// allowed: AC
// prints: done
// remains: nobody waits
#include <stdio.h>
#include <sys/stat.h>

int main(void) {
    if (mkfifo("output.txt", 0600)) return 1;
    puts("done");
}
