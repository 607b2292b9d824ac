// Walks from ringing to ringing, which is too many in the third group.
#include <algorithm>
#include <iostream>

int main() {
    long long a, b, n, count = 0;
    std::cin >> a >> b >> n;
    long long north = a, south = b;
    while (std::min(north, south) <= n) {
        long long now = std::min(north, south);
        count += north != south;
        if (north == now) north += a;
        if (south == now) south += b;
    }
    std::cout << count << "\n";
}
