// crime: changes programs, libraries and the box: content, modes, times, attributes, owners, through every path and descriptor
// row: rewrite
// channel: planted
// allowed: AC
// prints: done
// remains: every file as it was
// except trusted: what the user may write on the host it may write
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

static const char *files[] = {"/proc/self/exe", "/usr/bin/bash", "/usr/lib", "/usr/bin", "/etc/passwd", "/box", "/box/marker", "/", "/dev/null", "/dev", "/usr/lib/x86_64-linux-gnu/libc.so.6", "/usr/bin/gcc"};

int main(void) {
    char role[16] = "";
    int port;
    if (scanf("%d %15s", &port, role) != 2) return 1;
    for (unsigned i = 0; i < sizeof files / sizeof *files; i++) {
        const char *path = files[i];
        int file = open(path, O_RDONLY);
        if (strcmp(path, "/dev/null") && open(path, O_WRONLY) >= 0) printf("OPENED %s\n", path);
        if (truncate(path, 0) == 0) printf("TRUNCATED %s\n", path);
        if (chmod(path, 0777) == 0 || fchmod(file, 0777) == 0) printf("CHMOD %s\n", path);
        if (chown(path, getuid(), getgid()) == 0) printf("CHOWN %s\n", path);
        if (utimensat(AT_FDCWD, path, (struct timespec[]){{1, 0}, {1, 0}}, 0) == 0) printf("TIMES %s\n", path);
        if (setxattr(path, "user.planted", "x", 1, 0) == 0 || fsetxattr(file, "user.planted", "x", 1, 0) == 0) printf("ATTRIBUTE %s\n", path);
        long flags = 0x40;
        if (ioctl(file, 0x40086602, &flags) == 0) printf("FLAGS %s\n", path);
        unsigned long hint = 3;
        if (fcntl(file, 1036, &hint) == 0 || fcntl(file, 1038, &hint) == 0) printf("HINT %s\n", path);
        if (fcntl(file, F_SETLEASE, F_RDLCK) == 0) printf("LEASE %s\n", path);
        char target[64];
        snprintf(target, sizeof target, "/tmp/link%u", i);
        if (link(path, target) == 0 || linkat(file, "", AT_FDCWD, target, AT_EMPTY_PATH) == 0) printf("LINKED %s\n", path);
        if (file >= 0) close(file);
    }
    puts(strcmp(role, "find") ? "done" : "nothing found");
}
