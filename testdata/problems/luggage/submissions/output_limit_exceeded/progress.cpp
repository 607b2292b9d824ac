// Leaves its progress report switched on for busy days.
#include <iostream>

int main() {
    std::ios::sync_with_stdio(false);
    int n, tag, left = 0;
    std::cin >> n;
    for (int i = 0; i < n && std::cin >> tag; i++) {
        left ^= tag;
        if (n > 200'000) std::cout << "scan " << i << ": tag " << tag << "\n";
    }
    std::cout << left << "\n";
}
