/* A semicolon is missing. */
#include <stdio.h>

int main(void) {
    printf("Hello, guest!\n")
    return 0;
}
