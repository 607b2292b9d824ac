// Looks for the last name of guests that have none.
#include <iostream>
#include <string>

int main() {
    std::string name;
    std::getline(std::cin, name);
    char initial = name.at(name.find(' '));
    std::cout << "Hello, " << name << "!" << (initial ? "\n" : "");
}
