// crime: holds locks and leases of files that everybody shares: programs, namespaces, devices
// row: left-behind
// channel: planted
// allowed: AC
// prints: done
// remains: no lock; none can be had
// except trusted: there is no filter
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

int main(void) {
    char role[16] = "";
    int port;
    if (scanf("%d %15s", &port, role) != 2) return 1;
    const char *files[] = {"/usr/bin/bash", "/usr/lib", "/etc/passwd", "/dev/null", "/proc/self/ns/pid", "/proc/self/ns/net", "/proc/self/exe", "/proc/self/fd/0", "/proc/self/fd/2"};
    for (unsigned i = 0; i < 9; i++) {
        int file = open(files[i], O_RDONLY);
        if (file < 0) continue;
        struct flock lock = {.l_type = F_RDLCK}, mine = {.l_type = F_RDLCK};
        if (flock(file, LOCK_SH | LOCK_NB) == 0) printf("LOCKED %s\n", files[i]);
        if (fcntl(file, F_SETLK, &lock) == 0 || fcntl(file, F_OFD_SETLK, &mine) == 0) printf("LOCKED a range of %s\n", files[i]);
        if (fcntl(file, F_SETLEASE, F_RDLCK) == 0) printf("LEASED %s\n", files[i]);
        if (fcntl(file, F_NOTIFY, DN_ACCESS | DN_MULTISHOT) == 0) printf("WATCHES %s\n", files[i]);
        lock.l_type = F_WRLCK;
        if (fcntl(file, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK) printf("FOUND a lock on %s\n", files[i]);
    }
    puts(strcmp(role, "find") ? "done" : "nothing found");
}
