// crime: leaves abstract sockets, listening, in flight within each other, and descriptors inside them
// row: left-behind
// channel: planted
// allowed: AC
// prints: done
// remains: no socket
// except trusted: abstract sockets are the host's
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(void) {
    char role[16] = "";
    int port;
    if (scanf("%d %15s", &port, role) != 2) return 1;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    socklen_t length = offsetof(struct sockaddr_un, sun_path) + 14;
    memcpy(address.sun_path + 1, "gavel-planted", 13);
    int one = socket(AF_UNIX, SOCK_STREAM, 0);
    if (!strcmp(role, "find")) {
        if (connect(one, (struct sockaddr *)&address, length) == 0) puts("FOUND a listener");
        if (bind(one, (struct sockaddr *)&address, length) != 0 && errno == EADDRINUSE) puts("FOUND that the name is taken");
        puts("nothing found");
        return 0;
    }
    if (bind(one, (struct sockaddr *)&address, length) == 0) listen(one, 5);
    int ends[2], again = dup(one);
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends)) return 1;
    int sent[3] = {one, ends[0], ends[1]};
    char space[CMSG_SPACE(sizeof sent)] = "";
    struct iovec data = {"x", 1};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof sent);
    memcpy(CMSG_DATA(head), sent, sizeof sent);
    sendmsg(ends[0], &message, 0);
    sendmsg(ends[1], &message, 0);
    close(again);
    puts("done");
}
