// Rehearses the greeting for ever.
#include <iostream>
#include <string>

int main() {
    std::string name;
    std::getline(std::cin, name);
    for (volatile unsigned long rehearsals = 0;; rehearsals = rehearsals + 1) {
    }
}
