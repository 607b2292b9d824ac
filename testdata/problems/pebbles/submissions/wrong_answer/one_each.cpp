// As many pebbles as sheep: the bag is too small.
#include <iostream>
#include <string>

int main() {
    std::string what;
    long long x;
    std::cin >> what >> x;
    std::cout << x << '\n';
    for (long long i = 0; what == "pack" && i < x && i < 1000; i++) std::cout << "7 ";
}
