// Takes `lower` for `my guess is lower than the number`.
#include <iostream>
#include <string>

int main() {
    int low = 1, high;
    std::cin >> high;
    std::string word;
    while (word != "correct") {
        int guess = (low + high) / 2;
        std::cout << guess << std::endl;
        if (!(std::cin >> word)) return 0;
        if (word == "lower") low = guess + 1;
        if (word == "higher") high = guess - 1;
    }
}
