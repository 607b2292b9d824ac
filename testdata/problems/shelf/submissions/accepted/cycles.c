#include <stdio.h>

int main(void) {
    static int books[2001], from[2001], to[2001];
    int n, k = 0;
    if (scanf("%d", &n) != 1) return 1;
    for (int place = 1; place <= n; place++)
        if (scanf("%d", &books[place]) != 1) return 1;
    for (int place = 1; place <= n; place++)
        while (books[place] != place) {
            int other = books[place];
            from[k] = place, to[k++] = other;
            books[place] = books[other];
            books[other] = other;
        }
    printf("%d\n", k);
    for (int i = 0; i < k; i++) printf("%d %d\n", from[i], to[i]);
    return 0;
}
