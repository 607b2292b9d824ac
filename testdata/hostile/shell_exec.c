// crime: becomes a shell that becomes a script that computes for ever
// row: exec
// limits: cpu 1 s
// allowed: TLE RTE
// prints: anything
// remains: no process, no file
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void) {
    FILE *script = fopen("script", "w");
    if (!script) return 1;
    fputs("#!/bin/bash\nid >/dev/null 2>&1 &\nwhile :; do :; done\n", script);
    fclose(script);
    chmod("script", 0755);
    char path[200];
    if (!getcwd(path, sizeof path - 10)) return 1;
    execl("/bin/sh", "sh", "-c", "exec ./script", (char *)0);
    return 1;
}
