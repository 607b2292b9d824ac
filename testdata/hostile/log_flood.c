// crime: floods the system log: through the kernel, through syslog, by crashing children
// row: machine
// limits: cpu 2 s
// allowed: AC RTE TLE
// prints: anything
// remains: a log without us
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/klog.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

int main(void) {
    char text[100];
    if (klogctl(3, text, 100) > 0) puts("READ the kernel's log");
    int log = open("/dev/kmsg", O_WRONLY);
    for (int i = 0; i < 1000 && log >= 0; i++) write(log, "flood\n", 6);
    if (log >= 0) puts("WROTE the kernel's log");
    for (int i = 0; i < 1000; i++) syslog(LOG_EMERG, "flood %d", i);
    for (int i = 0; i < 200; i++) {
        if (fork() == 0) raise(i % 2 ? SIGSEGV : SIGILL);
        wait(0);
    }
}
