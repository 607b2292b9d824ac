#include <iostream>
#include <vector>

int main() {
    int n, b;
    std::cin >> n >> b;
    std::vector<long long> ways(n + 1, -1);
    for (int step; b-- && std::cin >> step;) ways[step] = 0;
    ways[0] = 1;
    for (int step = 1; step <= n; step++)
        if (ways[step] < 0) ways[step] = (ways[step - 1] + (step > 1 ? ways[step - 2] : 0)) % 1'000'000'007;
    std::cout << ways[n] << '\n';
}
