// Keeps a far too large guest book: 1 GiB, every page written.
#include <iostream>
#include <string>
#include <vector>

int main() {
    std::string name;
    std::getline(std::cin, name);
    std::vector<std::vector<char>> book;
    for (int page = 0; page < 1024; page++) book.emplace_back(1 << 20, name[0]);
    if (book.back().back() == name[0]) std::cout << "Hello, " << name << "!\n";
}
