// Walks out in the middle of the game; the fortune teller notices only afterwards.
#include <cstdlib>
#include <iostream>

int main() {
    int n;
    std::cin >> n;
    std::cout << (n + 1) / 2 << std::endl;
    std::abort();
}
