// Hopes that the two scans of a suitcase follow each other.
#include <iostream>

int main() {
    std::ios::sync_with_stdio(false);
    std::cin.tie(nullptr);
    int n, first, second;
    std::cin >> n;
    while (std::cin >> first >> second && first == second) {
    }
    std::cout << first << "\n";
}
