/* {{motto}}, please: reads the calls and makes them. */
#include "shelf.h"

#include <stdio.h>
#include <stdlib.h>

int main(void) {
    int calls, height;
    char call;
    if (scanf("%d", &calls) != 1 || calls > {{most_books}}) return EXIT_FAILURE;
    while (calls-- > 0 && scanf(" %c %d", &call, &height) == 2) {
        if (call == '+') put(height);
        else if (call == '-') take(height);
        else printf("%d\n", shorter(height));
    }
    return EXIT_SUCCESS;
}
