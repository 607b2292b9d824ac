// A table of all pairs of fish.
#include <iostream>
#include <string>
#include <vector>

int main() {
    std::ios::sync_with_stdio(false);
    int n, m;
    std::cin >> n >> m;
    std::vector<std::vector<char>> quarrel(n, std::vector<char>(n));
    for (int i = 0, u, v; i < m; i++) {
        std::cin >> u >> v;
        quarrel[u - 1][v - 1] = quarrel[v - 1][u - 1] = 1;
    }
    std::string tank(n, 'A');
    for (bool quiet = false; !quiet;) {
        quiet = true;
        for (int fish = 0; fish < n; fish++) {
            int met = 0;
            for (int enemy = 0; enemy < n; enemy++) met += quarrel[fish][enemy] && tank[enemy] == tank[fish];
            if (met > 1) {
                tank[fish] ^= 'A' ^ 'B';
                quiet = false;
            }
        }
    }
    std::cout << tank << "\n";
}
