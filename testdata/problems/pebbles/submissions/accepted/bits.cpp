#include <iostream>
#include <string>

int main() {
    std::string what;
    long long x;
    std::cin >> what >> x;
    if (what == "pack") {
        std::cout << __builtin_popcountll(x) << '\n';
        for (int i = 0; i < 20; i++)
            if (x >> i & 1) std::cout << i + 1 << ' ';
        std::cout << '\n';
        return 0;
    }
    long long sum = 0;
    for (int colour; std::cin >> colour;) sum += 1LL << (colour - 1);
    std::cout << sum << '\n';
}
