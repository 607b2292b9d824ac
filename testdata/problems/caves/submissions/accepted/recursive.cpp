#include <functional>
#include <iostream>
#include <vector>

int main() {
    std::ios::sync_with_stdio(false);
    std::cin.tie(nullptr);
    int n;
    std::cin >> n;
    std::vector<long long> oil(n + 1);
    std::vector<std::vector<int>> after(n + 1);
    for (int c = 1; c <= n; c++) std::cin >> oil[c];
    for (int c = 2, before; c <= n; c++) {
        std::cin >> before;
        after[before].push_back(c);
    }
    int bright = 0;
    std::function<long long(int, long long)> walk = [&](int chamber, long long way) {
        way += oil[chamber];
        long long behind = oil[chamber];
        for (int c : after[chamber]) behind += walk(c, way);
        if (behind >= way) bright++;
        return behind;
    };
    walk(1, 0);
    std::cout << bright << "\n";
}
