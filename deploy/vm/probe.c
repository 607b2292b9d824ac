// Proves that a machine offers what the native wall builds on under cgroup v2: the controllers, clone3(CLONE_INTO_CGROUP), a memory
// limit whose OOM kill is counted, memory.peak, cgroup.kill, and a root that pivot_root(2) accepts. Exit code 0 when all hold.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define GROUP "/sys/fs/cgroup/probe"

static int failures;

static void check(int holds, const char *what) {
    printf("%s  %s\n", holds ? "ok  " : "FAIL", what);
    fflush(stdout);
    failures += !holds;
}

static void read_file(const char *path, char *buffer, size_t size) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? 0 : read(fd, buffer, size - 1);
    buffer[got < 0 ? 0 : got] = 0;
    close(fd);
}

static int write_file(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    int done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    close(fd);
    return done;
}

// Starts `child` directly inside the group and returns its wait status, after `between` ran in the parent.
static int run_in_group(void (*child)(void), void (*between)(void)) {
    int group = open(GROUP, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct clone_args args = {.flags = CLONE_INTO_CGROUP, .exit_signal = SIGCHLD, .cgroup = (unsigned long)group};
    long pid = syscall(SYS_clone3, &args, sizeof args);
    if (pid == 0) {
        child();
        _exit(0);
    }
    close(group);
    if (pid < 0) return -1;
    if (between) between();
    int status = -1;
    waitpid((pid_t)pid, &status, 0);
    return status;
}

static void see_own_group(void) {
    char text[256];
    read_file("/proc/self/cgroup", text, sizeof text);
    _exit(strcmp(text, "0::/probe\n") == 0 ? 0 : 1);
}

static void eat_memory(void) {
    for (;;) {
        char *block = malloc(1 << 20);
        if (!block) _exit(1);
        memset(block, 1, 1 << 20);
    }
}

static void sleep_for_ever(void) {
    for (;;) pause();
}

static void kill_group(void) { check(write_file(GROUP "/cgroup.kill", "1"), "cgroup.kill accepts a write"); }

static void pivot(void) {
    if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)) _exit(1);
    if (mount("tmpfs", "/mnt", "tmpfs", 0, NULL) || chdir("/mnt")) _exit(2);
    _exit(syscall(SYS_pivot_root, ".", ".") ? 3 : 0);
}

int main(void) {
    char text[4096];
    read_file("/proc/self/cgroup", text, sizeof text);
    check(strcmp(text, "0::/\n") == 0, "cgroup v2 is the only hierarchy");
    read_file("/sys/fs/cgroup/cgroup.controllers", text, sizeof text);
    check(strstr(text, "cpu") && strstr(text, "memory") && strstr(text, "pids"), "controllers cpu, memory, pids");
    check(write_file("/sys/fs/cgroup/cgroup.subtree_control", "+cpu +memory +pids"), "controllers can be handed down");
    check(mkdir(GROUP, 0755) == 0, "a group can be made");
    check(run_in_group(see_own_group, NULL) == 0, "clone3(CLONE_INTO_CGROUP) starts a child inside the group");
    check(write_file(GROUP "/memory.max", "33554432"), "memory.max accepts a limit");
    int status = run_in_group(eat_memory, NULL);
    check(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "a program over the limit is killed");
    read_file(GROUP "/memory.events", text, sizeof text);
    check(strstr(text, "oom_kill 1\n") != NULL, "the kernel counted one OOM kill");
    read_file(GROUP "/memory.peak", text, sizeof text);
    check(atol(text) > 30 << 20 && atol(text) <= 32 << 20, "memory.peak is the limit");
    check(run_in_group(pivot, NULL) == 0, "pivot_root works");
    // Last: some kernels (6.1.176, 6.18.44; not 6.1.192) kill every later CLONE_INTO_CGROUP child of a group that was killed once.
    status = run_in_group(sleep_for_ever, kill_group);
    check(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "cgroup.kill ends what is inside");
    check(rmdir(GROUP) == 0, "the empty group can be removed");
    return failures != 0;
}
