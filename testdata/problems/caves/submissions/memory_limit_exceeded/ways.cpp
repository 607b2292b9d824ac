// Remembers the whole way to every chamber.
#include <algorithm>
#include <iostream>
#include <numeric>
#include <vector>

int main() {
    std::ios::sync_with_stdio(false);
    int n;
    std::cin >> n;
    std::vector<long long> oil(n + 1), behind(n + 1);
    std::vector<std::vector<int>> after(n + 1), way(n + 1);
    for (int c = 1; c <= n; c++) std::cin >> oil[c];
    for (int c = 2, before; c <= n; c++) {
        std::cin >> before;
        after[before].push_back(c);
    }
    std::vector<int> order{1};
    way[1] = {1};
    for (int i = 0; i < n; i++)
        for (int c : after[order[i]]) {
            way[c] = way[order[i]];
            way[c].push_back(c);
            order.push_back(c);
        }
    for (int c = 1; c <= n; c++)
        for (int at : way[c]) behind[at] += oil[c];
    int bright = 0;
    for (int c = 1; c <= n; c++) {
        long long sum = 0;
        for (int at : way[c]) sum += oil[at];
        bright += behind[c] >= sum;
    }
    std::cout << bright << "\n";
}
