// crime: looks for answers, other programs and secrets in every place it can name
// row: secrets
// limits: cpu 4 s
// allowed: AC RTE
// prints: done
// remains: nothing is read
// except trusted: the host's files are in sight; its users are people who may see them
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int look(const char *path, const struct stat *status, int kind, struct FTW *where) {
    (void)status, (void)kind, (void)where;
    if (strstr(path, ".ans") || strstr(path, "gavel-secret")) printf("FOUND %s\n", path);
    return 0;
}

static void read_secret(const char *path) {
    char text[4096];
    int file = open(path, O_RDONLY);
    if (file < 0) return;
    ssize_t length = read(file, text, sizeof text - 1);
    if (length > 0 && memmem(text, (size_t)length, "gavel-secret", 12)) printf("FOUND in %s\n", path);
    close(file);
}

int main(void) {
    const char *places[] = {"/tmp", "/box", "/home", "/root", "/var", "/srv", "/mnt", "/opt", "/work", "/etc", "/run", "/data", "/dev", "/sys"};
    for (unsigned i = 0; i < sizeof places / sizeof *places; i++) nftw(places[i], look, 32, FTW_PHYS);
    const char *files[] = {"/etc/shadow", "/proc/1/environ", "/proc/1/cmdline", "/proc/1/root/etc/shadow", "/proc/self/root/../etc/shadow"};
    for (unsigned i = 0; i < sizeof files / sizeof *files; i++) read_secret(files[i]);
    if (open("/etc/shadow", O_RDONLY) >= 0) puts("FOUND /etc/shadow");
    for (int pid = 1; pid < 400; pid++) {
        char path[64];
        if (pid == getpid()) continue;
        for (int number = 0; number < 64; number++) {
            snprintf(path, sizeof path, "/proc/%d/fd/%d", pid, number);
            read_secret(path);
        }
        snprintf(path, sizeof path, "/proc/%d/root", pid);
        DIR *root = opendir(path);
        if (root) printf("FOUND %s\n", path);
        snprintf(path, sizeof path, "/proc/%d/environ", pid);
        read_secret(path);
    }
    for (int number = 3; number < 256; number++) {
        char text[64];
        if (pread(number, text, sizeof text, 0) > 0) printf("FOUND descriptor %d\n", number);
    }
    puts("done");
}
