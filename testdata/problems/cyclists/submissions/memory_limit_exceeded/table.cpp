// Writes down the time of every pair before looking for the longest.
#include <cstdio>
#include <vector>

int main() {
    int n;
    if (std::scanf("%d", &n) != 1) return 1;
    std::vector<double> x(n), v(n);
    for (int i = 0; i < n; i++)
        if (std::scanf("%lf %lf", &x[i], &v[i]) != 2) return 1;
    std::vector<std::vector<double>> table;
    for (int i = 0; i < n; i++) {
        table.emplace_back(n);
        for (int j = 0; j < n; j++) table[i][j] = (x[j] - x[i]) / (v[i] + v[j]);
    }
    double best = 0, place = x[0];
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            if (table[i][j] > best) best = table[i][j], place = x[i] + best * v[i];
    std::printf("%.9f %.9f\n", best, place);
}
