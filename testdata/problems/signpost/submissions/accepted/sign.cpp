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
    for (const auto &text : lines) {
        std::size_t left = (width - text.size()) / 2, right = width - text.size() - left;
        std::cout << "| " << std::string(left, ' ') << text << std::string(right, ' ') << " |\n";
    }
    std::cout << border;
}
