// crime: calls what is large, new or often broken: rings, faults, programs for the kernel, counters, secret memory
// row: kernel-interfaces
// allowed: AC RTE
// prints: done
// remains: nothing of it works
// except trusted: there is no filter
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
    char zero[4096] = "";
    struct perf_event_attr event = {.type = PERF_TYPE_SOFTWARE, .size = sizeof event, .config = PERF_COUNT_SW_TASK_CLOCK, .exclude_kernel = 1};
    if (syscall(SYS_io_uring_setup, 8, zero) >= 0) puts("OPENED a ring");
    if (syscall(SYS_userfaultfd, 1) >= 0 || syscall(SYS_userfaultfd, 0) >= 0) puts("HANDLES faults");
    if (syscall(SYS_bpf, 5, zero, 48) >= 0 || syscall(SYS_bpf, 0, zero, 48) >= 0) puts("LOADED a program");
    if (syscall(SYS_perf_event_open, &event, 0, -1, -1, 0) >= 0) puts("COUNTS events");
    if (syscall(SYS_memfd_secret, 0) >= 0) puts("HAS secret memory");
    if (syscall(SYS_fanotify_init, 0, 0) >= 0) puts("WATCHES everything");
    if (syscall(SYS_open_by_handle_at, AT_FDCWD, zero, 0) >= 0) puts("OPENED by handle");
    if (syscall(SYS_io_setup, 128, zero) >= 0) puts("HAS asynchronous contexts");
    if (syscall(SYS_lookup_dcookie, 1, zero, 10) >= 0) puts("LOOKED up a cookie");
    if (syscall(SYS_quotactl, 0, 0, 0, zero) >= 0) puts("HAS quotas");
    if (syscall(SYS_modify_ldt, 1, zero, 16) == 0) puts("CHANGED descriptors of segments");
    if (syscall(SYS_personality, 0x0400000) >= 0) puts("CHANGED personality");
    if (syscall(SYS_process_madvise, -1, zero, 0, 0, 0) >= 0) puts("ADVISES others");
    if (syscall(SYS_mbind, zero, 4096, 0, 0, 0, 0) == 0) puts("BOUND memory");
    if (syscall(SYS_seccomp, 1, 0, zero) == 0) puts("NESTED a filter");
    puts("done");
}
