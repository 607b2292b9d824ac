// Waits for the bounds to be closer than doubles of that size can be.
#include <algorithm>
#include <cstdio>
#include <vector>

int main() {
    int n;
    if (std::scanf("%d", &n) != 1) return 1;
    std::vector<double> x(n), v(n);
    for (int i = 0; i < n; i++)
        if (std::scanf("%lf %lf", &x[i], &v[i]) != 2) return 1;
    double low = 0, high = 1e7 + 1, place = x[0];
    while (high - low > 1e-15) {
        double hours = (low + high) / 2, from = -1e18, to = 1e18;
        for (int i = 0; i < n; i++) {
            from = std::max(from, x[i] - hours * v[i]);
            to = std::min(to, x[i] + hours * v[i]);
        }
        if (from <= to) high = hours, place = (from + to) / 2;
        else low = hours;
    }
    std::printf("%.9f %.9f\n", high, place);
}
