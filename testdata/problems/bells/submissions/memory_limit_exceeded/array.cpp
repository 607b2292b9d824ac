// Marks every minute in an array of n bytes.
#include <iostream>
#include <vector>

int main() {
    long long a, b, n;
    std::cin >> a >> b >> n;
    std::vector<char> rings(n + 1);
    for (long long minute = a; minute <= n; minute += a) rings[minute] ^= 1;
    for (long long minute = b; minute <= n; minute += b) rings[minute] ^= 1;
    long long count = 0;
    for (char ring : rings) count += ring;
    std::cout << count << "\n";
}
