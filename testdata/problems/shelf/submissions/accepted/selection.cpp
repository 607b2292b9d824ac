// Brings the right book to each place, from the right end on.
#include <algorithm>
#include <iostream>
#include <vector>

int main() {
    int n;
    std::cin >> n;
    std::vector<int> books(n);
    for (int &book : books) std::cin >> book;
    std::vector<std::pair<int, int>> swaps;
    for (int place = n - 1; place >= 0; place--) {
        int at = std::find(books.begin(), books.end(), place + 1) - books.begin();
        if (at == place) continue;
        std::swap(books[at], books[place]);
        swaps.emplace_back(at + 1, place + 1);
    }
    std::cout << swaps.size() << "\n";
    for (auto [a, b] : swaps) std::cout << a << " " << b << "\n";
}
