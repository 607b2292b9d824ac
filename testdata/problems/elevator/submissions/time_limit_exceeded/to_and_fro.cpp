// Tries at random; in a hotel without a way it never arrives.
#include <iostream>
#include <random>
#include <string>

int main() {
    int f, a, b, u, d;
    std::cin >> f >> a >> b >> u >> d;
    std::mt19937 chance(7);
    std::string way;
    for (int at = a; at != b;) {
        if (chance() % 2 == 0 && at + u <= f) at += u, way += 'U';
        else if (at - d >= 1) at -= d, way += 'D';
        if (way.size() > static_cast<std::size_t>(f)) at = a, way.clear();
    }
    std::cout << (way.empty() ? "-" : way) << '\n';
}
