// Asserts that the cyclists come in order, which nobody has promised.
#include <cassert>
#include <cstdio>
#include <vector>

int main() {
    int n;
    assert(std::scanf("%d", &n) == 1);
    std::vector<double> x(n), v(n);
    double best = 0, place = 0;
    for (int i = 0; i < n; i++) {
        assert(std::scanf("%lf %lf", &x[i], &v[i]) == 2);
        assert(i == 0 || x[i - 1] <= x[i]);
        for (int j = 0; j < i; j++) {
            double hours = (x[i] - x[j]) / (v[i] + v[j]);
            if (hours > best) best = hours, place = x[j] + hours * v[j];
        }
    }
    std::printf("%.9f %.9f\n", best, place);
}
