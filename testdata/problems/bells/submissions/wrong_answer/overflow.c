/* Thirty-two bits are enough for anybody. */
#include <stdio.h>

static unsigned gcd(unsigned a, unsigned b) {
    return b == 0 ? a : gcd(b, a % b);
}

int main(void) {
    unsigned a, b;
    unsigned long long n;
    if (scanf("%u %u %llu", &a, &b, &n) != 3) return 1;
    unsigned together = a / gcd(a, b) * b;
    if (together == 0) together = 1;
    printf("%llu\n", n / a + n / b - 2 * (n / together));
    return 0;
}
