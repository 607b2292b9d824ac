// Climbs every way, if the stairs are not too long.
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
    if (n < 100) {
        std::cout << ways(0) % 1'000'000'007 << '\n';
        return 0;
    }
    long long below = 0, here = 1;
    for (int step = 1; step <= n; step++) {
        long long next = broken[step] ? 0 : (below + here) % 1'000'000'007;
        below = here;
        here = next;
    }
    std::cout << here << '\n';
}
