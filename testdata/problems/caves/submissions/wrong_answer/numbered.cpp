// Believes that a chamber has a smaller number than those behind it.
#include <iostream>
#include <vector>

int main() {
    std::ios::sync_with_stdio(false);
    int n;
    std::cin >> n;
    std::vector<long long> way(n + 1);
    std::vector<int> before(n + 1);
    for (int c = 1; c <= n; c++) std::cin >> way[c];
    auto behind = way;
    for (int c = 2; c <= n; c++) std::cin >> before[c];
    for (int c = 2; c <= n; c++) way[c] += way[before[c]];
    for (int c = n; c > 1; c--) behind[before[c]] += behind[c];
    int bright = 0;
    for (int c = 1; c <= n; c++) bright += behind[c] >= way[c];
    std::cout << bright << "\n";
}
