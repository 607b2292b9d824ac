// crime: reboots, replaces the kernel, loads a module, changes clock, name and swap
// row: machine
// allowed: AC RTE
// prints: done
// remains: the machine as it was
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/reboot.h>
#include <stdio.h>
#include <sys/reboot.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

int main(void) {
    // Never the command that would really reboot: switching Ctrl-Alt-Del needs the same privilege and is harmless.
    if (syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_CAD_OFF, 0) == 0) puts("MAY reboot");
    if (syscall(SYS_kexec_load, 0, 0, 0, 0) == 0 || syscall(SYS_kexec_file_load, 0, 0, 0, 0, 4) == 0) puts("MAY replace the kernel");
    if (syscall(SYS_init_module, "", 0, "") == 0 || syscall(SYS_delete_module, "none", 0) == 0) puts("MAY load modules");
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (clock_settime(CLOCK_REALTIME, &now) == 0 || adjtime(&(struct timeval){0, 1}, 0) == 0) puts("MAY set the clock");
    if (sethostname("evil", 4) == 0 || setdomainname("evil", 4) == 0) puts("MAY set names");
    if (swapon("/tmp/swap", 0) == 0 || swapoff("/tmp/swap") == 0) puts("MAY swap");
    if (acct(0) == 0) puts("MAY account");
    if (syscall(SYS_vhangup) == 0) puts("MAY hang up");
    if (syscall(SYS_iopl, 3) == 0 || syscall(SYS_ioperm, 0x80, 1, 1) == 0) puts("MAY use ports");
    const char *files[] = {"/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/panic", "/sys/power/state", "/dev/watchdog", "/dev/mem", "/sys/kernel/uevent_helper"};
    for (unsigned i = 0; i < 7; i++)
        if (open(files[i], O_WRONLY) >= 0) printf("OPENED %s\n", files[i]);
    puts("done");
}
