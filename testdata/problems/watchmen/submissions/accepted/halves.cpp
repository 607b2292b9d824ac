#include <cstdio>
#include <iostream>
#include <string>

int main() {
    int shift, n, low = 0, high;
    std::string note;
    std::cin >> shift >> n >> note;
    high = n;
    if (note != "-") std::sscanf(note.c_str(), "%d-%d", &low, &high);
    for (int question = 0; question < 4 && high - low > 1; question++) {
        int middle = (low + high) / 2;
        std::cout << "? " << middle << std::endl;
        std::string word;
        std::cin >> word;
        (word == "yes" ? high : low) = middle;
    }
    if (shift == 3) std::cout << "! " << low << std::endl;
    else std::cout << "note " << low << '-' << high << std::endl;
}
