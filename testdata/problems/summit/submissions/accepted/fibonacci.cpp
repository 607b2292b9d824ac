#include <iostream>
#include <map>

long long n;
std::map<long long, long long> known;

long long height(long long i) {
    if (i > n) return -i;
    auto [at, fresh] = known.try_emplace(i);
    if (fresh) {
        std::cout << "? " << i << std::endl;
        std::cin >> at->second;
    }
    return at->second;
}

int main() {
    std::cin >> n;
    long long a = 1, b = 1, start = 0;
    while (a + b <= n) {
        b += a;
        a = b - a;
    }
    while (b > 1) {
        if (height(start + a) < height(start + b)) start += a;
        long long next = b - a;
        b = a;
        a = next;
    }
    std::cout << "! " << start + 1 << std::endl;
}
