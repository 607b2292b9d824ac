/* Looks at the remainder only after the first step of Euclid's algorithm, when it may divide by zero. */
#include <stdio.h>

int main(void) {
    long long a, b, n;
    if (scanf("%lld %lld %lld", &a, &b, &n) != 3) return 1;
    long long x = a, y = b;
    do {
        long long r = x % y;
        x = y, y = r;
    } while (x % y != 0);
    printf("%lld\n", n / a + n / b - 2 * (n / (a / y * b)));
    return 0;
}
