#include <iostream>
#include <string>

int main() {
    std::string shortest, word;
    std::cin >> shortest;
    while (std::cin >> word)
        if (word.size() < shortest.size()) shortest = word;
    std::cout << shortest << '\n';
}
