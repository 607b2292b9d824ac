// Goes up as long as it can and never through a floor twice: not a short way, but short enough.
#include <iostream>
#include <string>
#include <vector>

int main() {
    int f, a, b, u, d;
    std::cin >> f >> a >> b >> u >> d;
    std::vector<char> seen(f + 1), tried(f + 1);
    std::string way;
    seen[a] = true;
    for (int at = a; at != b;) {
        if (tried[at] == 0) {
            tried[at] = 1;
            if (at + u <= f && !seen[at + u]) seen[at += u] = true, way += 'U';
        } else if (tried[at] == 1) {
            tried[at] = 2;
            if (at - d >= 1 && !seen[at - d]) seen[at -= d] = true, way += 'D';
        } else if (way.empty()) {
            std::cout << "take the stairs\n";
            return 0;
        } else {
            at += way.back() == 'U' ? -u : d;
            way.pop_back();
        }
    }
    std::cout << (way.empty() ? "-" : way) << '\n';
}
