// std::stoi throws when a number does not fit.
#include <iostream>
#include <numeric>
#include <string>

int main() {
    std::string a, b, n;
    std::cin >> a >> b >> n;
    long long x = std::stoi(a), y = std::stoi(b), last = std::stoi(n);
    std::cout << last / x + last / y - 2 * (last / std::lcm(x, y)) << "\n";
}
