// Adds the lengths up in 32 bits: groups 1 and 2.
#include <algorithm>
#include <cstdint>
#include <iostream>
#include <vector>

int main() {
    std::ios::sync_with_stdio(false);
    std::cin.tie(nullptr);
    int n, k;
    std::cin >> n >> k;
    std::vector<std::uint32_t> cars(n);
    std::uint32_t low = 0, high = 0;
    for (auto &car : cars) {
        std::cin >> car;
        low = std::max(low, car);
        high += car;
    }
    while (low < high) {
        std::uint32_t ferry = low + (high - low) / 2, left = ferry;
        int trips = 1;
        for (auto car : cars) {
            if (car > left) trips++, left = ferry;
            left -= car;
        }
        if (trips <= k) high = ferry;
        else low = ferry + 1;
    }
    std::cout << low << '\n';
}
