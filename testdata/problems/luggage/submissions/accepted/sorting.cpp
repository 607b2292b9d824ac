// Sorts the tags and looks for the one without a neighbour of its kind.
#include <algorithm>
#include <iostream>
#include <vector>

int main() {
    std::ios::sync_with_stdio(false);
    std::cin.tie(nullptr);
    int n;
    std::cin >> n;
    std::vector<int> tags(n);
    for (int &tag : tags) std::cin >> tag;
    std::sort(tags.begin(), tags.end());
    int i = 0;
    while (i + 1 < n && tags[i] == tags[i + 1]) i += 2;
    std::cout << tags[i] << "\n";
}
