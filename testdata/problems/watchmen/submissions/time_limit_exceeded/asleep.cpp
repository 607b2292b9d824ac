// The third watchman has fallen asleep.
#include <iostream>
#include <string>

int main() {
    int shift, n;
    std::string note;
    std::cin >> shift >> n >> note;
    if (shift < 3) std::cout << "note z" << std::endl;
    else std::cin >> note;
}
