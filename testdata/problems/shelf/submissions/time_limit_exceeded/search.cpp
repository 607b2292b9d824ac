// Tries all sequences of swaps, shorter ones first.
#include <algorithm>
#include <iostream>
#include <vector>

static std::vector<int> books;
static std::vector<std::pair<int, int>> swaps;

static bool search(int left) {
    if (std::is_sorted(books.begin(), books.end())) return true;
    if (left == 0) return false;
    int n = books.size();
    for (int a = 0; a < n; a++)
        for (int b = a + 1; b < n; b++) {
            std::swap(books[a], books[b]);
            swaps.emplace_back(a + 1, b + 1);
            if (search(left - 1)) return true;
            swaps.pop_back();
            std::swap(books[a], books[b]);
        }
    return false;
}

int main() {
    int n;
    std::cin >> n;
    books.resize(n);
    for (int &book : books) std::cin >> book;
    for (int most = 0; !search(most); most++) {
    }
    std::cout << swaps.size() << "\n";
    for (auto [a, b] : swaps) std::cout << a << " " << b << "\n";
}
