#include <iostream>
#include <numeric>

int main() {
    long long a, b, n;
    std::cin >> a >> b >> n;
    std::cout << n / a + n / b - 2 * (n / std::lcm(a, b)) << "\n";
}
