#include <iostream>

int main() {
    long n, sum = 0;
    std::cin >> n;
    for (long bricks; std::cin >> bricks;) sum += bricks;
    std::cout << sum << '\n';
}
