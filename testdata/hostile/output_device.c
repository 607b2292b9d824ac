// crime: makes devices, and moves a link in and out of the place of a file while it ends
// row: odd-output
// collects: refused
// allowed: AC
// prints: done
// remains: nothing is followed
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

int main(void) {
    if (mknod("null", S_IFCHR | 0666, makedev(1, 3)) == 0 || mknod("disk", S_IFBLK | 0666, makedev(254, 0)) == 0) puts("MADE a device");
    if (symlink("/etc/shadow", "link") || close(open("file", O_CREAT | O_WRONLY, 0600))) return 1;
    puts("done");
    fflush(stdout);
    if (fork() == 0)
        for (;;) {
            rename("link", "output.txt");
            rename("file", "link");
            rename("output.txt", "file");
        }
    usleep(2000);
    return 0;
}
