// Tries to persuade the knights.
#include <iostream>

int main() {
    volatile unsigned long long words = 0;
    while (words + 1 > 0) words = words + 1 == 0 ? 1 : words + 1;
    std::cout << "1 1\n";
}
