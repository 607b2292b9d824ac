/* The types of the two declarations differ. */
#include <stdio.h>

static int border(int width);

static char *border(int width) {
    return "+";
}

int main(void) {
    puts(border(1));
    return 0;
}
