// Puts each fish where it meets fewer enemies at that moment, and never looks back.
#include <iostream>
#include <string>
#include <vector>

int main() {
    std::ios::sync_with_stdio(false);
    int n, m;
    std::cin >> n >> m;
    std::vector<std::vector<int>> enemies(n);
    for (int i = 0, u, v; i < m; i++) {
        std::cin >> u >> v;
        enemies[u - 1].push_back(v - 1);
        enemies[v - 1].push_back(u - 1);
    }
    std::string tank(n, '?');
    for (int fish = 0; fish < n; fish++) {
        int a = 0, b = 0;
        for (int enemy : enemies[fish]) a += tank[enemy] == 'A', b += tank[enemy] == 'B';
        tank[fish] = a <= b ? 'A' : 'B';
    }
    std::cout << tank << "\n";
}
