#include <fstream>
#include <iostream>
#include <string>
#include <unordered_map>

int main(int argc, char **argv) {
    std::ios::sync_with_stdio(false);
    const int year = std::stoi(argv[1]);
    std::unordered_map<std::string, int> children;
    for (int i = 2; i < argc; i++) {
        std::ifstream file(argv[i]);
        int born;
        for (std::string name; file >> born >> name;) children[name] += born >= year;
    }
    for (std::string name; std::cin >> name;) std::cout << children[name] << '\n';
}
