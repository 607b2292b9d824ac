// The first watchman asks everything himself.
#include <iostream>
#include <string>

int main() {
    int shift, n, low = 0, high;
    std::string note, word;
    std::cin >> shift >> n >> note;
    high = n;
    while (shift == 1 && high - low > 1) {
        int middle = (low + high) / 2;
        std::cout << "? " << middle << std::endl;
        if (!(std::cin >> word)) return 0;
        (word == "yes" ? high : low) = middle;
    }
    if (shift == 1) note = std::to_string(low);
    std::cout << (shift == 3 ? "! " : "note ") << note << std::endl;
}
