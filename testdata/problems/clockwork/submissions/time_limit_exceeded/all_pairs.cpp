// Tries all pairs for a hand that turns very slowly.
#include <cmath>
#include <iostream>

int main() {
    long long n, best_a = 1, best_b = 1;
    long double x;
    std::cin >> n >> x;
    for (long long b = 1; b <= n; b++) {
        long long first = x < 0.2 ? 1 : std::floor(x * b), last = x < 0.2 ? n : first + 1;
        for (long long a = std::max(first, 1LL); a <= std::min(last, n); a++)
            if (std::fabs((long double)a / b - x) < std::fabs((long double)best_a / best_b - x)) best_a = a, best_b = b;
    }
    std::cout << best_a << ' ' << best_b << '\n';
}
