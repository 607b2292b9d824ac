// Greets over and over, 64 MiB in all.
#include <iostream>
#include <string>

int main() {
    std::string name;
    std::getline(std::cin, name);
    std::string greeting = "Hello, " + name + "!\n";
    for (std::size_t said = 0; said < 64u << 20; said += greeting.size()) std::cout << greeting;
}
