/* Compares everybody with everybody. */
#include <stdio.h>

static double x[60000], v[60000];

int main(void) {
    int n;
    if (scanf("%d", &n) != 1) return 1;
    for (int i = 0; i < n; i++)
        if (scanf("%lf %lf", &x[i], &v[i]) != 2) return 1;
    double best = 0, place = x[0];
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            double hours = (x[j] - x[i]) / (v[i] + v[j]);
            if (hours > best) best = hours, place = x[i] + hours * v[i];
        }
    printf("%.9f %.9f\n", best, place);
    return 0;
}
