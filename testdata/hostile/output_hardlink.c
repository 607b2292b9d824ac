// crime: hard links to what it may not read, a thousand names for one file, and a file grown after it was measured
// row: odd-output
// collects: files
// allowed: AC
// prints: done
// remains: nothing of the host is collected
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void) {
    const char *files[] = {"/etc/shadow", "/etc/passwd", "/usr/bin/bash", "/proc/self/exe", "/dev/null"};
    for (int i = 0; i < 5; i++) {
        char name[32];
        snprintf(name, sizeof name, "stolen%d", i);
        if (link(files[i], name) == 0) printf("LINKED %s\n", files[i]);
    }
    int file = open("one", O_CREAT | O_RDWR, 0600);
    if (write(file, "x", 1) != 1) return 1;
    for (int i = 0; i < 500; i++) {
        char name[32];
        snprintf(name, sizeof name, "name%d", i);
        if (link("one", name)) return 1;
    }
    puts("done");
}
