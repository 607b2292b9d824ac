// Looks through the whole hall at every scan.
#include <algorithm>
#include <iostream>
#include <vector>

int main() {
    std::ios::sync_with_stdio(false);
    int n, tag;
    std::cin >> n;
    std::vector<int> waiting;
    while (std::cin >> tag) {
        auto found = std::find(waiting.begin(), waiting.end(), tag);
        if (found == waiting.end()) waiting.push_back(tag);
        else waiting.erase(found);
    }
    std::cout << waiting[0] << "\n";
}
