// Shares the fish out by chance until everybody is content.
#include <algorithm>
#include <iostream>
#include <random>
#include <string>
#include <vector>

int main() {
    std::ios::sync_with_stdio(false);
    int n, m;
    std::cin >> n >> m;
    std::vector<std::pair<int, int>> quarrels(m);
    for (auto &[u, v] : quarrels) std::cin >> u >> v;
    std::mt19937 chance(1);
    for (;;) {
        std::string tank(n, 'A');
        for (char &t : tank) t += chance() & 1;
        std::vector<int> met(n + 1);
        int worst = 0;
        for (auto [u, v] : quarrels)
            if (tank[u - 1] == tank[v - 1]) worst = std::max({worst, ++met[u], ++met[v]});
        if (worst > 1) continue;
        std::cout << tank << "\n";
        return 0;
    }
}
