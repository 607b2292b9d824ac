// Reads the text word by word and loses the spaces between the words.
#include <algorithm>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

int main() {
    std::string line, word;
    std::getline(std::cin, line);
    std::vector<std::string> lines(std::stoi(line));
    std::size_t width = 0;
    for (auto &text : lines) {
        std::getline(std::cin, line);
        std::istringstream words(line);
        while (words >> word) text += (text.empty() ? "" : " ") + word;
        width = std::max(width, line.size());
    }
    std::string border = "+" + std::string(width + 2, '-') + "+\n";
    std::cout << border;
    for (const auto &text : lines) {
        std::size_t left = (width - text.size()) / 2, right = width - text.size() - left;
        std::cout << "| " << std::string(left, ' ') << text << std::string(right, ' ') << " |\n";
    }
    std::cout << border;
}
