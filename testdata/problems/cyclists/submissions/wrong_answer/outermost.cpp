// Only asks the first and the last on the road.
#include <algorithm>
#include <cstdio>
#include <utility>
#include <vector>

int main() {
    int n;
    if (std::scanf("%d", &n) != 1) return 1;
    std::vector<std::pair<double, double>> cyclists(n);
    for (auto &[x, v] : cyclists)
        if (std::scanf("%lf %lf", &x, &v) != 2) return 1;
    auto [first, last] = std::minmax_element(cyclists.begin(), cyclists.end());
    double hours = (last->first - first->first) / (last->second + first->second);
    std::printf("%.9f %.9f\n", hours, first->first + hours * first->second);
}
