// crime: plants System V segments, queues and semaphores, and POSIX queues and semaphores
// row: left-behind
// channel: planted
// allowed: AC
// prints: done
// remains: no IPC object, no shared memory
// except trusted: there is no filter, and the host's objects are in sight
#define _GNU_SOURCE
#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

int main(void) {
    char role[16] = "";
    int port;
    if (scanf("%d %15s", &port, role) != 2) return 1;
    if (!strcmp(role, "find")) {
        if (shmget(0x6761766c, 0, 0) >= 0) puts("FOUND a segment");
        if (msgget(0x6761766c, 0) >= 0) puts("FOUND a queue");
        if (semget(0x6761766c, 0, 0) >= 0) puts("FOUND semaphores");
        if (mq_open("/gavel-planted", O_RDONLY) != (mqd_t)-1) puts("FOUND a POSIX queue");
        if (sem_open("/gavel-planted", 0) != SEM_FAILED) puts("FOUND a POSIX semaphore");
        puts("nothing found");
        return 0;
    }
    int segment = shmget(0x6761766c, 32 << 20, IPC_CREAT | 0600);
    char *memory = segment < 0 ? (char *)-1 : shmat(segment, 0, 0);
    if (memory != (char *)-1) memset(memory, 1, 32 << 20);
    msgget(0x6761766c, IPC_CREAT | 0600);
    semget(0x6761766c, 10, IPC_CREAT | 0600);
    struct mq_attr size = {.mq_maxmsg = 10, .mq_msgsize = 8192};
    mq_open("/gavel-planted", O_CREAT | O_RDWR, 0600, &size);
    sem_open("/gavel-planted", O_CREAT, 0600, 1);
    puts("done");
}
