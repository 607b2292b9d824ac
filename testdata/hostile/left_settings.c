// crime: changes what processes inherit or share: priorities of the session, pipes, terminals, limits, timers, names
// row: left-behind
// channel: planted
// allowed: AC
// prints: done
// remains: the next run as fast and as free as the first
// except trusted: priorities of sessions are the slot's, and /proc is the host's
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void write_file(const char *path, const char *text) {
    int file = open(path, O_WRONLY);
    if (file >= 0 && write(file, text, strlen(text)) < 0) {
    }
    if (file >= 0) close(file);
}

static void read_file(const char *path, char *text) {
    int file = open(path, O_RDONLY);
    ssize_t length = file < 0 ? 0 : read(file, text, 255);
    text[length > 0 ? length : 0] = 0;
}

static void plant(void) {
    write_file("/proc/self/autogroup", "19");
    write_file("/proc/self/oom_score_adj", "-1000");
    write_file("/proc/self/oom_score_adj", "0");
    write_file("/proc/self/coredump_filter", "0x7f");
    write_file("/proc/self/timerslack_ns", "1000000000");
    write_file("/proc/self/comm", "gavel-keeper");
    write_file("/proc/self/clear_refs", "5");
    setpriority(PRIO_PGRP, 0, 19);
    setpriority(PRIO_USER, 0, 19);
    setpriority(PRIO_PROCESS, 0, 19);
    sched_setscheduler(0, SCHED_IDLE, &(struct sched_param){0});
    syscall(SYS_ioprio_set, 1, 0, 3 << 13);
    for (int fd = 0; fd < 3; fd++) {
        fcntl(fd, F_SETPIPE_SZ, 4096);
        fcntl(fd, F_SETFL, O_NONBLOCK | O_APPEND | O_ASYNC | O_DIRECT | O_NOATIME);
        fcntl(fd, F_SETOWN, getpid());
        fcntl(fd, F_SETSIG, SIGKILL);
        fcntl(fd, 1033, 0xf);
        fchmod(fd, 0000);
        lseek(fd, 777, SEEK_SET);
        posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM);
    }
    struct rlimit none = {0, 0};
    for (int resource = 0; resource < RLIM_NLIMITS; resource++)
        if (resource != RLIMIT_CPU && resource != RLIMIT_STACK && resource != RLIMIT_FSIZE) setrlimit(resource, &none);
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    umask(0777);
}

int main(void) {
    char role[16] = "", before[256], after[256];
    int port;
    if (scanf("%d %15s", &port, role) != 2) return 1;
    if (strcmp(role, "find")) {
        puts("done");
        fflush(stdout);
        read_file("/proc/self/autogroup", before);
        plant();
        return 0;
    }
    read_file("/proc/self/autogroup", after);
    if (strstr(after, "nice 19")) puts("FOUND a slow session");
    if (getpriority(PRIO_PROCESS, 0) == 19 || sched_getscheduler(0) == SCHED_IDLE) puts("FOUND a low priority");
    if (fcntl(2, F_GETPIPE_SZ) == 4096) puts("FOUND a small pipe");
    for (int fd = 0; fd < 3; fd++) {
        struct stat status;
        if (fcntl(fd, F_GETFL) & (O_NONBLOCK | O_ASYNC | O_DIRECT | O_NOATIME)) printf("FOUND flags of %d\n", fd);
        if (fcntl(fd, F_GETSIG) == SIGKILL || fcntl(fd, F_GETOWN)) printf("FOUND an owner of %d\n", fd);
        if (fd == 1 && fcntl(fd, 1034) > 0 && fcntl(fd, 1034) & 0xe) puts("FOUND seals of the output");
        if (fstat(fd, &status) == 0 && (status.st_mode & 07777) == 0) printf("FOUND the mode of %d\n", fd);
    }
    mode_t mask = umask(0);
    if (mask == 0777) puts("FOUND a mask");
    puts("nothing found");
}
