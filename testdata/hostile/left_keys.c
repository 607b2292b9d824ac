// crime: plants keys in every keyring
// row: left-behind
// channel: planted
// allowed: AC
// prints: done
// remains: no key
// except trusted: keyrings are the user's
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
    char role[16] = "";
    int port;
    if (scanf("%d %15s", &port, role) != 2) return 1;
    int finds = !strcmp(role, "find"), found = 0;
    for (int ring = -8; ring <= -1; ring++) {
        if (!finds) syscall(SYS_add_key, "user", "gavel-planted", "secret", 6, ring);
        if (finds && syscall(SYS_keyctl, 10, ring, "user", "gavel-planted", 0) > 0) found++;
    }
    if (finds && syscall(SYS_request_key, "user", "gavel-planted", 0, 0) > 0) found++;
    char list[4096];
    for (int ring = -5; ring <= -3 && finds; ring++)
        if (syscall(SYS_keyctl, 11, ring, list, sizeof list) > 0) found++;
    if (found) printf("FOUND %d keys\n", found);
    puts(finds ? "nothing found" : "done");
}
