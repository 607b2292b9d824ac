// Looks from inside for what an earlier program could have left, and prints it: what a fresh sandbox shows, every sandbox
// must show. Arguments: the box, then the directories that must be empty.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <sys/xattr.h>
#include <unistd.h>

static void show_text(const char *what, const char *path) {
    char text[4096] = "";
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? 0 : read(file, text, sizeof text - 1);
    if (length > 0 && text[length - 1] == '\n') text[length - 1] = 0;
    printf("%s: %s\n", what, file < 0 ? "none" : text);
    if (file >= 0) close(file);
}

// Its number is another one in each session; what counts is whether it was made slow.
static void show_priority_of_session(void) {
    int number = 0, priority = 0;
    FILE *file = fopen("/proc/self/autogroup", "r");
    int found = file ? fscanf(file, "/autogroup-%d nice %d", &number, &priority) : 0;
    if (file) fclose(file);
    printf("session: %s %d\n", found == 2 ? "nice" : "none", priority);
}

static void show_directory(const char *path) {
    DIR *directory = opendir(path);
    if (!directory) return;
    for (struct dirent *entry; (entry = readdir(directory));)
        if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..")) printf("LEFT %s/%s\n", path, entry->d_name);
    closedir(directory);
    char names[1024];
    if (listxattr(path, names, sizeof names) > 0) printf("LEFT attribute %s on %s\n", names, path);
}

static void show_processes(void) {
    DIR *directory = opendir("/proc");
    if (!directory) return;
    for (struct dirent *entry; (entry = readdir(directory));) {
        int pid = atoi(entry->d_name);
        char path[64];
        struct stat status;
        snprintf(path, sizeof path, "/proc/%d", pid);
        if (pid > 0 && pid != getpid() && stat(path, &status) == 0 && status.st_uid == getuid()) puts("LEFT a process");
    }
    closedir(directory);
}

int main(int count, char **arguments) {
    if (count < 2) return 1;
    char path[4096];
    snprintf(path, sizeof path, "%s/marker", arguments[1]);
    show_text("marker", path);
    for (int i = 2; i < count; i++) show_directory(arguments[i]);
    show_processes();
    struct stat work;
    if (stat(".", &work) == 0) printf("work directory: mode %o, %ld links, empty %d\n", work.st_mode, (long)work.st_nlink, work.st_size == 0);
    for (int fd = 0; fd < 1024; fd++) {
        int flags = fcntl(fd, F_GETFL);
        if (flags >= 0) printf("descriptor %d: flags %o, for exec %d, at %ld, owner %d, signal %d\n", fd, flags, fcntl(fd, F_GETFD), fd == 1 ? 0 : (long)lseek(fd, 0, SEEK_CUR), fcntl(fd, F_GETOWN), fcntl(fd, F_GETSIG));
    }
    printf("pipe of standard error: %d\n", fcntl(2, F_GETPIPE_SZ));
    for (int resource = 0; resource < RLIM_NLIMITS; resource++) {
        struct rlimit limit;
        if (getrlimit(resource, &limit) == 0) printf("limit %d: %lld %lld\n", resource, (long long)limit.rlim_cur, (long long)limit.rlim_max);
    }
    errno = 0;
    printf("priority %d, policy %d, personality %x\n", getpriority(PRIO_PROCESS, 0), sched_getscheduler(0), personality(0xffffffff));
    cpu_set_t cpus;
    if (sched_getaffinity(0, sizeof cpus, &cpus) == 0) printf("processors %d\n", CPU_COUNT(&cpus));
    show_priority_of_session();
    show_text("out of memory", "/proc/self/oom_score_adj");
    show_text("core filter", "/proc/self/coredump_filter");
    for (int timer = 0; timer < 3; timer++) {
        struct itimerval value = {0};
        getitimer(timer, &value);
        if (value.it_value.tv_sec || value.it_value.tv_usec) printf("LEFT timer %d\n", timer);
    }
    sigset_t blocked, pending;
    sigprocmask(SIG_SETMASK, NULL, &blocked);
    sigpending(&pending);
    for (int number = 1; number < 65; number++) {
        struct sigaction action;
        if (sigismember(&blocked, number) == 1) printf("blocked %d\n", number);
        if (sigismember(&pending, number) == 1) printf("LEFT signal %d\n", number);
        if (sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_DFL) printf("ignored %d\n", number);
    }
    printf("dumpable %d, no new privileges %d\n", prctl(PR_GET_DUMPABLE), prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
    mode_t mask = umask(0);
    printf("mask %o, user is group %d\n", mask, getuid() == getgid());
    struct utsname names;
    if (uname(&names) == 0) printf("host %s, domain %s\n", names.nodename, names.domainname);
    for (int kind = 0; kind < 3; kind++) {
        // Number 0 of each: a message queue, a semaphore, a segment; any answer but "may not" and "none" is one that was left.
        long calls[] = {SYS_msgctl, SYS_semctl, SYS_shmctl};
        char buffer[1024];
        if (syscall(calls[kind], 0, kind == 1 ? 0 : 2, kind == 1 ? (void *)2 : (void *)buffer, buffer) >= 0) printf("LEFT System V object of kind %d\n", kind);
    }
    char description[256];
    for (int ring = -5; ring <= -1; ring++)
        if (syscall(SYS_keyctl, 6, ring, description, sizeof description) > 0) printf("keyring %d: %.200s\n", ring, description);
    // Where the host's directories are in sight, so are its sockets.
    FILE *sockets = count > 3 ? fopen("/proc/self/net/unix", "r") : NULL;
    for (char line[512]; sockets && fgets(line, sizeof line, sockets);)
        if (strchr(line, '@')) printf("LEFT socket %s", strchr(line, '@'));
    if (sockets) fclose(sockets);
    return 0;
}
