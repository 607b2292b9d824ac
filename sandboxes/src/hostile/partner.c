// An honest partner in a dialogue: answers each line until there are no more, or nobody listens.
#include <stdio.h>
#include <string.h>

int main(void) {
    char line[4096];
    while (fgets(line, sizeof line, stdin)) {
        if (printf("heard %zu\n", strlen(line)) < 0 || fflush(stdout)) return 3;
    }
    return 0;
}
