/* Has a thousand slips of paper for the swaps and gives up when they are used up. */
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    static int books[2001], from[1000], to[1000];
    int n, k = 0;
    if (scanf("%d", &n) != 1) return 1;
    for (int place = 1; place <= n; place++)
        if (scanf("%d", &books[place]) != 1) return 1;
    for (int place = 1; place <= n; place++)
        while (books[place] != place) {
            int other = books[place];
            if (k == 1000) abort();
            from[k] = place, to[k++] = other;
            books[place] = books[other];
            books[other] = other;
        }
    printf("%d\n", k);
    for (int i = 0; i < k; i++) printf("%d %d\n", from[i], to[i]);
    return 0;
}
