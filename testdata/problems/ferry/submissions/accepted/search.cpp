#include <algorithm>
#include <iostream>
#include <numeric>
#include <vector>

int main() {
    std::ios::sync_with_stdio(false);
    std::cin.tie(nullptr);
    int n, k;
    std::cin >> n >> k;
    std::vector<long long> cars(n);
    for (auto &car : cars) std::cin >> car;
    long long low = *std::max_element(cars.begin(), cars.end()), high = std::accumulate(cars.begin(), cars.end(), 0LL);
    while (low < high) {
        long long ferry = (low + high) / 2, left = ferry;
        int trips = 1;
        for (long long car : cars) {
            if (car > left) trips++, left = ferry;
            left -= car;
        }
        if (trips <= k) high = ferry;
        else low = ferry + 1;
    }
    std::cout << low << '\n';
}
