/* Moves to where the last from the left and the last from the right meet, until they are the same two. */
#include <stdio.h>

static double x[60000], v[60000];

int main(void) {
    int n;
    if (scanf("%d", &n) != 1) return 1;
    for (int i = 0; i < n; i++)
        if (scanf("%lf %lf", &x[i], &v[i]) != 2) return 1;
    double place = x[0], hours = 0;
    for (;;) {
        int left = 0, right = 0;
        for (int i = 1; i < n; i++) {
            if ((place - x[i]) / v[i] > (place - x[left]) / v[left]) left = i;
            if ((x[i] - place) / v[i] > (x[right] - place) / v[right]) right = i;
        }
        double longer = (x[right] - x[left]) / (v[right] + v[left]);
        if (longer <= hours) break;
        hours = longer;
        place = x[left] + hours * v[left];
    }
    printf("%.9f %.9f\n", hours, place);
    return 0;
}
