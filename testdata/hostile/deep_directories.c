// crime: nests directories for ever, without permissions, and names them oddly
// row: disk-flood
// limits: cpu 3 s
// allowed: AC RTE TLE
// prints: anything
// remains: no file
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void) {
    const char *names[] = {"line\nbreak", "\x01\x02\xff\xfe", " ", "-rf", "*", "..\\..", "$(reboot)", "`id`", "\xc0\xaf", ".gavel-moved-1"};
    char longest[256];
    memset(longest, 'x', 255);
    longest[255] = 0;
    for (int i = 0; i < 10; i++) mkdir(names[i], 0700);
    for (int depth = 0; depth < 20000; depth++) {
        const char *name = depth % 7 ? names[depth % 10] : longest;
        if (mkdir(name, 0700) < 0 || chdir(name) < 0) break;
        if (depth % 50 == 0) mkdir("closed", 0000);
    }
    chmod(".", 0000);
}
