// crime: opens, takes over and types into terminals
// row: terminal
// allowed: AC
// prints: done
// remains: nobody reads what it typed
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

int main(void) {
    const char *names[] = {"/dev/tty", "/dev/console", "/dev/tty0", "/dev/tty1", "/dev/ptmx", "/dev/pts/0", "/dev/vcs"};
    for (int i = 0; i < 7; i++) {
        int terminal = open(names[i], O_RDWR | O_NONBLOCK);
        if (terminal < 0) continue;
        char letter = '\n';
        if (ioctl(terminal, TIOCSTI, &letter) == 0) printf("TYPED into %s\n", names[i]);
        if (ioctl(terminal, TIOCSCTTY, 1) == 0) printf("TOOK %s\n", names[i]);
        if (i == 0) puts("HAS a terminal");
    }
    for (int fd = 0; fd < 3; fd++)
        if (isatty(fd) || ioctl(fd, TIOCSTI, "x") == 0) puts("HAS a terminal for a stream");
    puts("done");
}
