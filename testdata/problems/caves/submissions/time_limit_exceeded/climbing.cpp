// Climbs back to the entrance from every chamber.
#include <iostream>
#include <vector>

int main() {
    std::ios::sync_with_stdio(false);
    int n;
    std::cin >> n;
    std::vector<long long> oil(n + 1), way(n + 1), behind(n + 1);
    std::vector<int> before(n + 1);
    for (int c = 1; c <= n; c++) std::cin >> oil[c];
    for (int c = 2; c <= n; c++) std::cin >> before[c];
    for (int c = 1; c <= n; c++)
        for (int at = c; at != 0; at = before[at]) way[c] += oil[at], behind[at] += oil[c];
    int bright = 0;
    for (int c = 1; c <= n; c++) bright += behind[c] >= way[c];
    std::cout << bright << "\n";
}
