// crime: tries every way out: TCP, UDP, raw, packet, netlink, vsock, abstract sockets; the port is on standard input
// row: network
// allowed: AC RTE
// prints: done
// remains: nothing leaves
// except trusted: the host's network is in reach
#include <arpa/inet.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void try_address(int type, const char *host, int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
    inet_pton(AF_INET, host, &address.sin_addr);
    int out = socket(AF_INET, type, 0);
    if (out < 0) return;
    if (connect(out, (struct sockaddr *)&address, sizeof address) == 0 && send(out, "hello", 5, 0) == 5) printf("SENT to %s\n", host);
    close(out);
}

static void try_socket(int family, int type, int protocol, const char *name) {
    int out = socket(family, type, protocol);
    if (out >= 0) printf("OPENED %s\n", name);
    close(out);
}

int main(void) {
    int port;
    if (scanf("%d", &port) != 1) return 1;
    const char *hosts[] = {"127.0.0.1", "10.0.2.2", "172.17.0.1", "8.8.8.8", "169.254.169.254"};
    for (unsigned i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        try_address(SOCK_STREAM, hosts[i], port);
        try_address(SOCK_DGRAM, hosts[i], port);
    }
    try_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP, "raw");
    try_socket(AF_PACKET, SOCK_RAW, 0, "packet");
    try_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, "netlink");
    try_socket(40, SOCK_STREAM, 0, "vsock");
    try_socket(38, SOCK_SEQPACKET, 0, "crypto");
    struct sockaddr_un abstract = {.sun_family = AF_UNIX};
    snprintf(abstract.sun_path + 1, sizeof abstract.sun_path - 1, "gavel-hostile-%d", port);
    int local = socket(AF_UNIX, SOCK_STREAM, 0);
    if (local >= 0 && connect(local, (struct sockaddr *)&abstract, sizeof abstract) == 0) puts("CONNECTED to a host's socket");
    puts("done");
}
