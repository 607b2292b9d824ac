// On the second hill, searches an empty bag for ever.
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
        return 0;
    }
    for (volatile long long pebbles = x; pebbles == 0;) pebbles = 0;
    long long sum = 0;
    for (int colour; std::cin >> colour;) sum += 1LL << (colour - 1);
    std::cout << sum << '\n';
}
