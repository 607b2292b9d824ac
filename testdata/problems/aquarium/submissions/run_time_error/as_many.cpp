// Believes that there are at most as many quarrels as fish.
#include <iostream>
#include <string>
#include <vector>

int main() {
    std::ios::sync_with_stdio(false);
    int n, m;
    std::cin >> n >> m;
    std::vector<std::pair<int, int>> quarrels(n + 1);
    for (int i = 0; i < m; i++) std::cin >> quarrels.at(i).first >> quarrels.at(i).second;
    std::string tank(n + 1, 'A');
    for (bool moved = true; moved;) {
        moved = false;
        std::vector<int> met(n + 1);
        for (auto [u, v] : quarrels)
            if (u != v && tank[u] == tank[v]) met[u]++, met[v]++;
        for (int fish = 1; fish <= n && !moved; fish++)
            if (met[fish] > 1) tank[fish] ^= 'A' ^ 'B', moved = true;
    }
    std::cout << tank.substr(1) << "\n";
}
