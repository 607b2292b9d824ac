#include <iostream>
#include <string>

int main() {
    int low = 1, high;
    std::cin >> high;
    std::string word;
    while (word != "correct") {
        int guess = (low + high) / 2;
        std::cout << guess << std::endl;
        std::cin >> word;
        if (word == "lower") high = guess - 1;
        if (word == "higher") low = guess + 1;
    }
}
