#include <cmath>
#include <iostream>

int main() {
    long long n, best_a = 1, best_b = 1;
    long double x;
    std::cin >> n >> x;
    for (long long b = 1; b <= n; b++)
        for (long long a = std::floor(x * b); a <= std::floor(x * b) + 1; a++)
            if (a >= 1 && a <= n && std::fabs((long double)a / b - x) < std::fabs((long double)best_a / best_b - x)) best_a = a, best_b = b;
    std::cout << best_a << ' ' << best_b << '\n';
}
