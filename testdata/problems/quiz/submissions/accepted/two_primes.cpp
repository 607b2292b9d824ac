// Compares both sides modulo two primes, digit by digit.
#include <iostream>
#include <string>

long long modulo(const std::string &digits, long long prime) {
    long long value = 0;
    for (char digit : digits)
        if (digit != '-') value = (value * 10 + digit - '0') % prime;
    return digits[0] == '-' ? (prime - value) % prime : value;
}

int main() {
    std::string a, sign, b, equals, said;
    std::cin >> a >> sign >> b >> equals >> said;
    bool right = true;
    for (long long prime : {1'000'000'007LL, 998'244'353LL}) {
        long long x = modulo(a, prime), y = modulo(b, prime);
        long long value = sign == "+" ? x + y : sign == "-" ? x - y + prime : x * y;
        right = right && value % prime == modulo(said, prime);
    }
    std::cout << (right ? "yes" : "no") << '\n';
}
