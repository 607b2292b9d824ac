/* Stays awake and looks at every minute. */
#include <stdio.h>

int main(void) {
    long long a, b, n, count = 0;
    if (scanf("%lld %lld %lld", &a, &b, &n) != 3) return 1;
    for (long long minute = 1; minute <= n; minute++) count += (minute % a == 0) != (minute % b == 0);
    printf("%lld\n", count);
    return 0;
}
