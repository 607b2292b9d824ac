// Goes round the fish again and again until a whole round has been quiet.
#include <iostream>
#include <string>
#include <vector>

int main() {
    std::ios::sync_with_stdio(false);
    std::cin.tie(nullptr);
    int n, m;
    std::cin >> n >> m;
    std::vector<std::vector<int>> enemies(n);
    for (int i = 0, u, v; i < m; i++) {
        std::cin >> u >> v;
        enemies[u - 1].push_back(v - 1);
        enemies[v - 1].push_back(u - 1);
    }
    std::string tank(n, 'B');
    for (bool quiet = false; !quiet;) {
        quiet = true;
        for (int fish = 0; fish < n; fish++) {
            int met = 0;
            for (int enemy : enemies[fish]) met += tank[enemy] == tank[fish];
            if (met > 1) {
                tank[fish] ^= 'A' ^ 'B';
                quiet = false;
            }
        }
    }
    std::cout << tank << "\n";
}
