// Keeps the last d notes and looks through them: right, but too slow for a long evening.
#include <iostream>
#include <vector>

int main() {
    std::ios::sync_with_stdio(false);
    int n, d, count = 0;
    std::cin >> n >> d;
    std::vector<int> players(n), played(n);
    for (int at = 0; at < n; at++) {
        std::cin >> players[at];
        played[at] = 1;
        for (int before = at - 1; before >= 0 && before >= at - d; before--) {
            volatile int player = players[before];
            if (player == players[at] && played[before]) played[at] = 0;
        }
        count += !played[at];
    }
    std::cout << count << '\n';
}
