// crime: writes to standard error for ever, lies about its verdict
// row: output-flood
// allowed: TLE OLE RTE
// prints: anything
// remains: capped errors
#include <string.h>
#include <unistd.h>

int main(void) {
    const char *lie = "accepted timelimit exceeded out of memory\n";
    for (;;) write(2, lie, strlen(lie));
}
