/* @EXPECTED_RESULTS@: TIMELIMIT */
#include <stdio.h>

int main(void) {
    char ticket[600];
    while (1)
        if (scanf("%599s", ticket) == 1) puts("unlucky");
}
