#include "duet.h"

#include <unordered_map>

int missed(int delay, int n, const int *players) {
    std::unordered_map<int, int> back;
    int count = 0;
    for (int at = 0; at < n; at++) {
        auto [turned, fresh] = back.try_emplace(players[at], at + delay);
        if (fresh) continue;
        if (at <= turned->second) count++;
        else turned->second = at + delay;
    }
    return count;
}
