#include <iostream>
#include <string>
#include <vector>

int main() {
    std::ios::sync_with_stdio(false);
    int r, c, k;
    std::cin >> r >> c >> k;
    std::vector<std::string> floor(r);
    for (auto &row : floor) std::cin >> row;
    if (k < 5) {
        int turn = 0;
        for (int i = 0; i < r; i++)
            for (int j = 0; j < c; j++)
                if (floor[i][j] != '.') turn = (i + j + floor[i][j] - '1') % 2;
        for (int i = 0; i < r; i++)
            for (int j = 0; j < c; j++) floor[i][j] = '1' + (i + j + turn) % 2;
    }
    for (int i = 0; i < r; i++)
        for (int j = 0; j < c; j++)
            for (char colour = '1'; floor[i][j] == '.'; colour++) {
                bool free = !(i > 0 && floor[i - 1][j] == colour) && !(i + 1 < r && floor[i + 1][j] == colour) &&
                            !(j > 0 && floor[i][j - 1] == colour) && !(j + 1 < c && floor[i][j + 1] == colour);
                if (free) floor[i][j] = colour;
            }
    for (const auto &row : floor) std::cout << row << '\n';
}
