// Reads until the poet says stop.
#include <iostream>
#include <string>

int main() {
    std::string line;
    while (line != "stop") std::getline(std::cin, line);
}
