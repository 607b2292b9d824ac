#include "sum.h"

#include <iostream>

int main() {
    int a, b;
    std::cin >> a >> b;
    std::cout << sum(a, b) << '\n';
}
