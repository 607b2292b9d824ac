// {{motto}}, please: reads the calls and makes them.
#include "shelf.h"

#include <cstdio>
#include <cstdlib>

int main() {
    int calls, height;
    char call;
    if (std::scanf("%d", &calls) != 1 || calls > {{most_books}}) return EXIT_FAILURE;
    while (calls-- > 0 && std::scanf(" %c %d", &call, &height) == 2) {
        if (call == '+') put(height);
        else if (call == '-') take(height);
        else std::printf("%d\n", shorter(height));
    }
}
