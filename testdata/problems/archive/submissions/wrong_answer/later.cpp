// Leaves out the year itself.
#include <fstream>
#include <iostream>
#include <map>
#include <string>

int main(int argc, char **argv) {
    std::map<std::string, int> children;
    for (int i = 2; i < argc; i++) {
        std::ifstream file(argv[i]);
        int born;
        for (std::string name; file >> born >> name;) children[name] += born > std::stoi(argv[1]);
    }
    for (std::string name; std::cin >> name;) std::cout << children[name] << '\n';
}
