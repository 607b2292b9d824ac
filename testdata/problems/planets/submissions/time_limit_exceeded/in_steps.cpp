// Goes along the flattest orbits in small steps.
#include <cmath>
#include <cstdio>

int main() {
    int n;
    double m, e;
    if (std::scanf("%d", &n) != 1) return 1;
    while (n-- && std::scanf("%lf %lf", &m, &e) == 2) {
        double low = m - e, high = m + e;
        if (n > 10000 && e > 0.9) {
            while (low - e * std::sin(low) < m) low += 1e-7;
        } else {
            for (int i = 0; i < 50; i++) {
                double middle = (low + high) / 2;
                (middle - e * std::sin(middle) < m ? low : high) = middle;
            }
        }
        std::printf("%.9f\n", low);
    }
}
