// crime: makes namespaces of every kind by every call, also of a user's own, and mounts in them
// row: escape
// allowed: AC RTE
// prints: done
// remains: no namespace, no mount
// except trusted: there is no filter; the user is unprivileged
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    unsigned long kinds[] = {CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWIPC, CLONE_NEWUTS, CLONE_NEWCGROUP, 0x80};
    for (int i = 0; i < 8; i++) {
        for (int with_user = 0; with_user < 2; with_user++) {
            unsigned long flags = kinds[i] | (with_user ? CLONE_NEWUSER : 0);
            // The old call takes its lowest byte for a signal.
            long pid = flags & 0xff ? -1 : syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
            if (pid == 0) {
                printf("CLONED into %lx\n", flags);
                fflush(stdout);
                _exit(0);
            }
            struct clone_args arguments;
            memset(&arguments, 0, sizeof arguments);
            arguments.flags = flags;
            arguments.exit_signal = SIGCHLD;
            pid = syscall(SYS_clone3, &arguments, sizeof arguments);
            if (pid == 0) {
                printf("CLONED (3) into %lx\n", flags);
                fflush(stdout);
                _exit(0);
            }
            if (unshare((int)flags) == 0) printf("UNSHARED %lx\n", flags);
        }
    }
    while (wait(0) > 0) {
    }
    if (mount("none", "/tmp", "tmpfs", 0, 0) == 0) puts("MOUNTED");
    if (mount("/usr", "/tmp", 0, MS_BIND, 0) == 0) puts("BOUND");
    if (mount("none", "/", 0, MS_REMOUNT | MS_BIND, 0) == 0) puts("REMOUNTED");
    if (umount2("/tmp", MNT_DETACH) == 0 || umount2("/proc", MNT_DETACH) == 0) puts("UNMOUNTED");
    if (syscall(SYS_fsopen, "tmpfs", 0) >= 0 || syscall(SYS_open_tree, AT_FDCWD, "/usr", 1) >= 0) puts("OPENED a file system");
    puts("done");
}
