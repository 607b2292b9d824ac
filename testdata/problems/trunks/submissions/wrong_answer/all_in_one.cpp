// Puts everything into one trunk and sits on it.
#include <iostream>

int main() {
    int n;
    std::cin >> n;
    std::cout << 1 << '\n';
    while (n--) std::cout << 1 << '\n';
}
