// crime: takes memory of the kernel's: timers, watches, queued signals, event descriptors, file locks
// row: memory-bomb
// limits: cpu 3 s, wall 30 s, memory 32 MiB
// allowed: AC RTE MLE TLE
// prints: anything
// remains: no memory of the kernel's
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

int main(void) {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, 0);
    timer_t timer;
    struct sigevent quiet = {.sigev_notify = SIGEV_NONE};
    for (int i = 0; i < 100000 && timer_create(CLOCK_MONOTONIC, &quiet, &timer) == 0; i++) {
    }
    union sigval value = {0};
    for (int i = 0; i < 100000 && sigqueue(getpid(), SIGRTMIN, value) == 0; i++) {
    }
    int poll = epoll_create1(0), watch = inotify_init1(0);
    for (int i = 0; i < 100000; i++) {
        int one = i % 3 == 0 ? eventfd(0, 0) : i % 3 == 1 ? timerfd_create(CLOCK_REALTIME, 0) : signalfd(-1, &all, 0);
        if (one < 0) break;
        struct itimerspec soon = {{0, 1000000}, {0, 1000000}};
        timerfd_settime(one, 0, &soon, 0);
        struct epoll_event event = {.events = EPOLLIN | EPOLLET};
        epoll_ctl(poll, EPOLL_CTL_ADD, one, &event);
    }
    for (int i = 0; i < 20000; i++) {
        char path[32] = "/tmp/watched";
        int file = open(path, O_CREAT | O_RDWR, 0600);
        if (file < 0) break;
        inotify_add_watch(watch, path, IN_ALL_EVENTS);
        unlink(path);
        close(file);
    }
}
