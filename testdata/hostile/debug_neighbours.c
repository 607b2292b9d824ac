// crime: attaches to, reads, writes and steals descriptors from every process it can name, and asks to be traced
// row: other-processes
// allowed: AC RTE
// prints: done
// remains: nobody is touched
// except trusted: there is no filter, and programs of one user share the host's process ids
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

int main(void) {
    char here[64];
    struct iovec mine = {here, sizeof here}, theirs = {(void *)0x400000, sizeof here};
    for (int pid = 1; pid < 300; pid++) {
        if (pid == getpid()) continue;
        if (ptrace(PTRACE_ATTACH, pid, 0, 0) == 0 || ptrace(PTRACE_SEIZE, pid, 0, 0) == 0) printf("TRACED %d\n", pid);
        if (process_vm_readv(pid, &mine, 1, &theirs, 1, 0) > 0 || process_vm_writev(pid, &mine, 1, &theirs, 1, 0) > 0) printf("READ %d\n", pid);
        int handle = (int)syscall(SYS_pidfd_open, pid, 0);
        if (handle >= 0) {
            for (int fd = 0; fd < 10; fd++)
                if (syscall(SYS_pidfd_getfd, handle, fd, 0) >= 0) printf("STOLE %d of %d\n", fd, pid);
            if (syscall(SYS_setns, handle, 0x20000) == 0) printf("ENTERED %d\n", pid);
            if (syscall(SYS_pidfd_send_signal, handle, SIGCONT, 0, 0) == 0) printf("SIGNALLED %d\n", pid);
            close(handle);
        }
        struct rlimit limit = {1, 1};
        if (prlimit(pid, RLIMIT_NOFILE, &limit, 0) == 0) printf("LIMITED %d\n", pid);
        if (setpriority(PRIO_PROCESS, (id_t)pid, 19) == 0) printf("SLOWED %d\n", pid);
        if (syscall(SYS_kcmp, getpid(), pid, 0, 0, 0) >= 0) printf("COMPARED %d\n", pid);
    }
    struct rlimit limit = {1, 1};
    if (getppid() > 0 && prlimit(getppid(), RLIMIT_CPU, &limit, 0) == 0) puts("LIMITED its parent");
    if (fork() == 0) {
        if (ptrace(PTRACE_TRACEME, 0, 0, 0) == 0) write(1, "TRACED itself\n", 14);
        _exit(0);
    }
    usleep(20000);
    puts("done");
}
