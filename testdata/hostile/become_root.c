// crime: becomes root by every call, by set-uid programs and by file capabilities of its own
// row: privileges
// allowed: AC RTE
// prints: done
// remains: it stays who it is
#define _GNU_SOURCE
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

static void report(const char *how) {
    if (geteuid() == 0 || getegid() == 0) printf("ROOT by %s\n", how);
}

int main(void) {
    if (setuid(0) == 0 || setreuid(0, 0) == 0 || setresuid(-1, 0, -1) == 0 || setgid(0) == 0 || setregid(0, 0) == 0) report("asking");
    gid_t group = 0;
    if (setgroups(1, &group) == 0) puts("JOINED a group");
    struct {
        unsigned version;
        int pid;
    } header = {0x20080522, 0};
    unsigned all[6] = {~0u, ~0u, ~0u, ~0u, ~0u, ~0u}, held[6] = {0};
    if (syscall(SYS_capset, &header, all) == 0) puts("RAISED capabilities");
    if (syscall(SYS_capget, &header, held) == 0 && (held[0] | held[1] | held[3] | held[4])) puts("HOLDS capabilities");
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 21, 0, 0) == 0) puts("RAISED an ambient capability");
    if (prctl(PR_SET_SECUREBITS, 1, 0, 0, 0) == 0 || prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0) puts("bits");
    prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0);
    if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) puts("MAY gain privileges");
    if (setxattr("/proc/self/exe", "security.capability", "\1\0\0\2\377\377\377\377", 20, 0) == 0) puts("SET file capabilities");
    const char *programs[] = {"/bin/su", "/usr/bin/sudo", "/usr/bin/passwd", "/bin/mount", "/usr/bin/newgrp", "/usr/bin/chsh", "/usr/bin/pkexec"};
    for (unsigned i = 0; i < 7; i++) {
        if (fork() == 0) {
            int null = open("/dev/null", O_RDWR);
            dup2(null, 0), dup2(null, 1), dup2(null, 2);
            ualarm(100000, 0);
            execl(programs[i], programs[i], "-c", "id -u > /tmp/became", (char *)0);
            _exit(1);
        }
        wait(0);
    }
    int became = open("/tmp/became", O_RDONLY);
    char text[16] = "";
    if (became >= 0 && read(became, text, 15) > 0 && text[0] == '0') puts("ROOT by a set-uid program");
    puts("done");
}
