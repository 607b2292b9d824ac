// crime: leaves a socket where its files are collected
// row: odd-output
// collects: refused
// allowed: AC
// prints: done
// remains: nobody connects
// except docker/runsc: no socket can be given a name there, so there is none to be collected: bind is denied
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>

int main(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "output.txt"};
    int server = socket(AF_UNIX, SOCK_STREAM, 0);
    if (server < 0 || bind(server, (struct sockaddr *)&address, sizeof address)) return 1;
    puts("done");
}
