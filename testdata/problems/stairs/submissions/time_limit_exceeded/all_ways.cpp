// Climbs every way.
#include <iostream>
#include <vector>

int n, b;
std::vector<bool> broken;

long long ways(int step) {
    if (step == n) return 1;
    if (step > n || broken[step]) return 0;
    return ways(step + 1) + ways(step + 2);
}

int main() {
    std::cin >> n >> b;
    broken.resize(n + 1);
    for (int step; b-- && std::cin >> step;) broken[step] = true;
    std::cout << ways(0) % 1'000'000'007 << '\n';
}
