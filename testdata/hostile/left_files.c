// crime: leaves files, modes, times, attributes, owners and flags on whatever it may write to
// row: left-behind
// channel: planted
// allowed: AC
// prints: done
// remains: a work directory like new, for the next run too
// except trusted: /dev/shm and /var/tmp are the host's
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

static const char *places[] = {"/tmp", "/dev/shm", "/var/tmp", ".", "/proc/self/fd/1", "/proc/self/fd/2", "/box", "/run", "/home"};

static void plant(const char *place) {
    char path[64];
    snprintf(path, sizeof path, "%s/planted", place);
    close(open(path, O_CREAT | O_WRONLY, 0600));
    snprintf(path, sizeof path, "%s/.hidden", place);
    mkdir(path, 0000);
    int file = open(place, O_RDONLY);
    setxattr(place, "user.planted", "secret", 6, 0);
    setxattr(place, "trusted.planted", "secret", 6, 0);
    setxattr(place, "security.planted", "secret", 6, 0);
    long flags = 0x40;
    ioctl(file, 0x40086602, &flags);
    chmod(place, 01753);
    utimensat(AT_FDCWD, place, (struct timespec[]){{1234567, 0}, {7654321, 0}}, 0);
}

static void find(const char *place) {
    char path[64], value[64];
    struct stat status;
    snprintf(path, sizeof path, "%s/planted", place);
    if (access(path, F_OK) == 0) printf("FOUND %s\n", path);
    snprintf(path, sizeof path, "%s/.hidden", place);
    if (access(path, F_OK) == 0) printf("FOUND %s\n", path);
    if (getxattr(place, "user.planted", value, sizeof value) > 0) printf("FOUND an attribute of %s\n", place);
    long flags = 0;
    int file = open(place, O_RDONLY);
    if (file >= 0 && ioctl(file, 0x80086601, &flags) == 0 && flags & 0x40) printf("FOUND a flag of %s\n", place);
    if (stat(place, &status)) return;
    if ((status.st_mode & 07777) == 01753) printf("FOUND the mode of %s\n", place);
    if (status.st_atime == 1234567 || status.st_mtime == 7654321) printf("FOUND the times of %s\n", place);
}

int main(void) {
    char role[16] = "";
    int port;
    if (scanf("%d %15s", &port, role) != 2) return 1;
    int finds = !strcmp(role, "find");
    for (unsigned i = 0; i < sizeof places / sizeof *places; i++) (finds ? find : plant)(places[i]);
    puts(finds ? "nothing found" : "done");
}
