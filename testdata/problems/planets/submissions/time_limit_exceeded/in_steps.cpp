// Goes along the orbit in small steps.
#include <cmath>
#include <cstdio>

int main() {
    int n;
    double m, e;
    if (std::scanf("%d", &n) != 1) return 1;
    while (n-- && std::scanf("%lf %lf", &m, &e) == 2) {
        double x = m - e;
        while (x - e * std::sin(x) < m) x += 1e-7;
        std::printf("%.9f\n", x);
    }
}
