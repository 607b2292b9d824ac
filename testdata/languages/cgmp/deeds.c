#include <gmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long deep(long n) {
    volatile long here = n;
    if (n == 0) return 0;
    long below = deep(n - 1);
    return below + (here == n);
}

int main(void) {
    char deed[16];
    long a, b, sum = 0;
    if (scanf("%15s", deed) != 1) return 1;
    if (!strcmp(deed, "hello")) puts("Hello, world!");
    if (!strcmp(deed, "sum") && scanf("%ld %ld", &a, &b) == 2) printf("%ld\n", a + b);
    if (!strcmp(deed, "wide") && scanf("%ld %ld", &a, &b) == 2) {
        mpz_t product;
        mpz_init_set_si(product, a);
        mpz_mul_si(product, product, b);
        gmp_printf("%Zd\n", product);
    }
    if (!strcmp(deed, "lines") && scanf("%ld", &a) == 1) {
        while (a-- > 0 && scanf("%ld", &b) == 1) sum += b;
        printf("%ld\n", sum);
    }
    if (!strcmp(deed, "output") && scanf("%ld", &a) == 1)
        while (a-- > 0) puts("0123456789");
    if (!strcmp(deed, "exit") && scanf("%ld", &a) == 1) exit((int)a);
    if (!strcmp(deed, "crash")) abort();
    if (!strcmp(deed, "deep") && scanf("%ld", &a) == 1) printf("%ld\n", deep(a));
    if (!strcmp(deed, "memory"))
        for (;;) memset(malloc(1 << 20), 1, 1 << 20);
    if (!strcmp(deed, "loop"))
        for (volatile int i = 0;; i++) {}
    return 0;
}
