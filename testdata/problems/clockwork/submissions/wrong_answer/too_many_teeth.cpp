// Cuts a wheel with ten teeth too many.
#include <cmath>
#include <iostream>

int main() {
    long long n;
    long double x;
    std::cin >> n >> x;
    std::cout << std::llround(x * (n + 10)) << ' ' << n + 10 << '\n';
}
