// Multiplies modulo 2**64 and is taken in by a quiz master who does the same.
#include <cstdint>
#include <iostream>
#include <string>

std::uint64_t number(const std::string &digits) {
    std::uint64_t value = 0;
    for (char digit : digits)
        if (digit != '-') value = value * 10 + digit - '0';
    return digits[0] == '-' ? -value : value;
}

int main() {
    std::string a, sign, b, equals, said;
    std::cin >> a >> sign >> b >> equals >> said;
    std::uint64_t x = number(a), y = number(b);
    std::cout << ((sign == "+" ? x + y : sign == "-" ? x - y : x * y) == number(said) ? "yes" : "no") << '\n';
}
