// A brace initialisation may not narrow a constant.
#include <iostream>

int main() {
    int last{1'000'000'000'000'000'000};
    std::cout << last << "\n";
}
