#include <iostream>
#include <string>
#include <utility>
#include <vector>

int main() {
    std::ios::sync_with_stdio(false);
    int r, c, k;
    std::cin >> r >> c >> k;
    std::vector<std::pair<int, int>> squares[2];
    for (int i = 1; i <= r; i++) {
        std::string row;
        std::cin >> row;
        for (int j = 1; j <= c; j++)
            if (row[j - 1] == '.') squares[(i + j) % 2].emplace_back(i, j);
    }
    auto &colour = squares[squares[1].size() > squares[0].size()];
    for (int knight = 0; knight < k; knight++) std::cout << colour[knight].first << ' ' << colour[knight].second << '\n';
}
