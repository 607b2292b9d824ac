#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

long deep(long n) {
    volatile long here = n;
    if (n == 0) return 0;
    long below = deep(n - 1);
    return below + (here == n);
}

int main() {
    std::string deed;
    long long a = 0, b = 0;
    std::cin >> deed;
    if (deed == "hello") std::cout << "Hello, world!\n";
    if (deed == "sum") std::cin >> a >> b, std::cout << a + b << "\n";
    if (deed == "wide") std::cin >> a >> b, std::cout << a * b << "\n";
    if (deed == "lines") {
        long long n, sum = 0;
        std::cin >> n;
        while (n-- && std::cin >> a) sum += a;
        std::cout << sum << "\n";
    }
    if (deed == "output") {
        std::cin >> a;
        while (a--) std::cout << "0123456789" << std::endl;
    }
    if (deed == "exit") {
        std::cin >> a;
        return int(a);
    }
    if (deed == "crash") throw std::runtime_error("as asked");
    if (deed == "deep") std::cin >> a, std::cout << deep(a) << "\n";
    if (deed == "memory")
        for (std::vector<std::string> all;;) all.emplace_back(1 << 20, 'x');
    if (deed == "loop")
        for (volatile int i = 0;; i = i + 1) {}
}
