// crime: reads environments, arguments, descriptors, roots and maps of every process it can name
// row: secrets
// allowed: AC
// prints: done
// remains: nothing is read
// except docker/runsc: gVisor shows lists of the first process (maps, files, mounts) to everybody, but neither its memory nor what they lead to
// except trusted: programs of one user share the host's process ids
// knows docker: READ /proc/1/cmdline, READ /proc/1/status, READ /proc/1/cgroup, READ /proc/1/mountinfo because Docker mounts /proc without hidepid, so the container's own first process, which is of another user, shows its name, its state, and the groups and mounts that it shares with the program
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

// Engines hide files by laying the null device over them.
static int is_null(int file) {
    struct stat about;
    return fstat(file, &about) == 0 && S_ISCHR(about.st_mode) && about.st_rdev == makedev(1, 3);
}

int main(void) {
    const char *parts[] = {"environ", "cmdline", "maps", "mem", "cwd", "exe", "root", "stack", "io", "fd/0", "fd/1", "fd/3", "fd/4", "ns/mnt", "status", "cgroup", "mountinfo"};
    for (int pid = 1; pid < 300; pid++) {
        if (pid == getpid()) continue;
        for (unsigned i = 0; i < sizeof parts / sizeof *parts; i++) {
            char path[64], text[256];
            snprintf(path, sizeof path, "/proc/%d/%s", pid, parts[i]);
            int file = open(path, O_RDONLY);
            if (file >= 0 && read(file, text, sizeof text) > 0) printf("READ %s\n", path);
            if (readlink(path, text, sizeof text) > 0) printf("READ link %s\n", path);
        }
    }
    const char *files[] = {"/proc/kmsg", "/proc/kcore", "/proc/keys", "/proc/net/tcp", "/proc/sys/kernel/core_pattern", "/proc/cmdline", "/proc/mounts", "/proc/sched_debug", "/proc/timer_list", "/proc/meminfo", "/sys/kernel/notes", "/sys/fs/cgroup", "/dev/mem", "/dev/kmsg", "/dev/sda", "/dev/vda", "/dev/kvm", "/dev/fuse", "/dev/net/tun", "/run/docker.sock", "/var/run/docker.sock"};
    for (unsigned i = 0; i < sizeof files / sizeof *files; i++) {
        int file = open(files[i], O_RDONLY);
        if (file >= 0 && !is_null(file) && strncmp(files[i], "/proc/net", 9) && strcmp(files[i], "/proc/mounts")) printf("OPENED %s\n", files[i]);
    }
    puts("done");
}
