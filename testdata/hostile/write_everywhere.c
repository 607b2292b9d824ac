// crime: creates, overwrites, deletes, renames and links in every place it can name
// row: rewrite
// allowed: AC RTE
// prints: done
// remains: no file
// except trusted: what the user may write on the host it may write
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void) {
    const char *places[] = {"/", "/box", "/usr/bin", "/usr/lib", "/usr/local/bin", "/etc", "/home", "/root", "/var/tmp", "/dev", "/proc", "/proc/sys/kernel", "/opt", "/sys", "/run"};
    for (unsigned i = 0; i < sizeof places / sizeof *places; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/planted", places[i]);
        if (open(path, O_CREAT | O_WRONLY, 0600) >= 0) printf("WROTE %s\n", path);
        if (mkdir(path, 0700) == 0) printf("MADE %s\n", path);
        if (symlink("/etc/passwd", path) == 0) printf("LINKED %s\n", path);
        if (mknod(path, S_IFIFO | 0600, 0) == 0) printf("PIPED %s\n", path);
    }
    const char *files[] = {"/etc/passwd", "/usr/bin/bash", "/usr/bin/python3", "/box/marker", "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/self/oom_score_adj"};
    for (unsigned i = 0; i < sizeof files / sizeof *files; i++) {
        int file = open(files[i], O_WRONLY);
        if (file >= 0 && write(file, "0", 1) == 1 && i < 6) printf("OVERWROTE %s\n", files[i]);
        if (unlink(files[i]) == 0) printf("DELETED %s\n", files[i]);
        if (rename(files[i], "/tmp/stolen") == 0) printf("MOVED %s\n", files[i]);
        if (chmod(files[i], 0777) == 0 && i < 6) printf("CHANGED %s\n", files[i]);
    }
    if (ftruncate(0, 0) == 0 || write(0, "x", 1) == 1) puts("CHANGED its own input");
    close(open("/tmp/planted", O_CREAT | O_WRONLY, 0600));
    symlink("/etc/passwd", "/tmp/link");
    mkfifo("/tmp/pipe", 0600);
    mkdir("/tmp/a", 0000);
    close(open("/dev/shm/planted", O_CREAT | O_WRONLY, 0600));
    for (int depth = 0; depth < 200 && mkdir("/tmp/deep", 0700) == 0 && chdir("/tmp/deep") == 0; depth++) {
    }
    puts("done");
}
