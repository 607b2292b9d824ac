// On the second hill, searches for the number as if there were no end of sheep.
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
    volatile long long sheep = 0;
    while (sheep >= 0) sheep = sheep + 2 - 1;
    std::cout << sheep << '\n';
}
