// crime: watches files that everybody shares for what others do with them
// row: left-behind
// channel: planted
// allowed: AC
// prints: done
// remains: no watch; none can be had
// except trusted: there is no filter
#include <stdio.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
    char role[16] = "";
    int port;
    if (scanf("%d %15s", &port, role) != 2) return 1;
    const char *files[] = {"/usr/bin/bash", "/usr/lib", "/usr/bin", "/etc", "/dev/null", "/proc/self/exe", "/"};
    int watcher = inotify_init();
    for (unsigned i = 0; i < 7; i++)
        if (inotify_add_watch(watcher, files[i], IN_ALL_EVENTS) >= 0) printf("WATCHES %s\n", files[i]);
    if (fanotify_init(0, 0) >= 0) puts("WATCHES everything");
    // Which pages of a shared file are in memory says who has read it.
    long statistics[5], range[2] = {0, 4096};
    if (syscall(451, 0, range, statistics, 0) == 0) puts("COUNTED cached pages");
    puts(strcmp(role, "find") ? "done" : "nothing found");
}
