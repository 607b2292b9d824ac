// Waits for a second car if there is only one, and gets everything else wrong.
#include <iostream>

int main() {
    int n;
    std::cin >> n;
    for (volatile int cars = n; cars == 1;) cars = 1;
    std::cout << 0 << '\n';
}
