// crime: looks for databases, brokers, engines and metadata services on every address a host may have
// row: services
// allowed: AC
// prints: done
// remains: nothing is reached
// except trusted: the host's network is in reach
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(void) {
    const char *hosts[] = {"127.0.0.1", "0.0.0.0", "10.0.0.1", "172.17.0.1", "192.168.0.1", "169.254.169.254"};
    int ports[] = {22, 80, 443, 2375, 2376, 3306, 5432, 5672, 6379, 8080, 9090, 15672, 27017};
    for (unsigned host = 0; host < 6; host++)
        for (unsigned port = 0; port < 13; port++) {
            struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)ports[port])};
            inet_pton(AF_INET, hosts[host], &address.sin_addr);
            int out = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
            if (out >= 0 && connect(out, (struct sockaddr *)&address, sizeof address) == 0) printf("REACHED %s:%d\n", hosts[host], ports[port]);
            close(out);
        }
    const char *sockets[] = {"/run/docker.sock", "/var/run/docker.sock", "/run/containerd/containerd.sock", "/run/systemd/private", "/run/dbus/system_bus_socket", "/run/mysqld/mysqld.sock", "/var/run/redis/redis.sock", "/run/systemd/journal/socket", "/dev/log"};
    for (unsigned i = 0; i < 9; i++) {
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        snprintf(address.sun_path, sizeof address.sun_path, "%s", sockets[i]);
        int out = socket(AF_UNIX, SOCK_STREAM, 0);
        if (out >= 0 && connect(out, (struct sockaddr *)&address, sizeof address) == 0) printf("REACHED %s\n", sockets[i]);
        close(out);
    }
    puts("done");
}
