// Counts the minutes in which at least one bell rings.
#include <iostream>
#include <numeric>

int main() {
    long long a, b, n;
    std::cin >> a >> b >> n;
    std::cout << n / a + n / b - n / std::lcm(a, b) << "\n";
}
