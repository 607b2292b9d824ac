// `name` is never declared.
#include <iostream>

int main() {
    std::cin >> name;
    std::cout << "Hello, " << name << "!\n";
}
