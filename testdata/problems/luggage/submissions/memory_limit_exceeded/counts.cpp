// A counter for every tag there could be.
#include <iostream>
#include <vector>

int main() {
    std::ios::sync_with_stdio(false);
    int n, tag;
    std::cin >> n;
    std::vector<char> count(1'000'000'001);
    std::vector<int> tags;
    while (std::cin >> tag) {
        tags.push_back(tag);
        count[tag]++;
    }
    for (int t : tags)
        if (count[t] == 1) std::cout << t << "\n";
}
