// Uses colours that are not paid for.
#include <iostream>
#include <string>

int main() {
    int r, c, k;
    std::cin >> r >> c >> k;
    for (std::string row; std::cin >> row;) {
        static int i = 0;
        for (int j = 0; j < c; j++) row[j] = row[j] == '.' ? "345"[(i + j) % 3] : row[j];
        std::cout << row << '\n';
        i++;
    }
}
