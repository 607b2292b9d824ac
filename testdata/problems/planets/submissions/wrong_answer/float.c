/* Counts in single precision: good enough for the old almanac. */
#include <math.h>
#include <stdio.h>

int main(void) {
    int n;
    float m, e;
    if (scanf("%d", &n) != 1) return 1;
    while (n-- && scanf("%f %f", &m, &e) == 2) {
        float low = m - e, high = m + e;
        for (int i = 0; i < 30; i++) {
            float middle = (low + high) / 2;
            if (middle - e * sinf(middle) < m) low = middle;
            else high = middle;
        }
        printf("%.9f\n", low);
    }
    return 0;
}
