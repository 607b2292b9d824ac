#include <bitset>
#include <iostream>
#include <vector>

int main() {
    int n, limit;
    std::cin >> n >> limit;
    std::vector<int> fees(limit + 1);
    std::vector<std::bitset<100>> taken(limit + 1);
    for (int parcel = 0, weight, fee; parcel < n && std::cin >> weight >> fee; parcel++)
        for (int load = limit; load >= weight; load--)
            if (fees[load - weight] + fee > fees[load]) {
                fees[load] = fees[load - weight] + fee;
                taken[load] = taken[load - weight];
                taken[load].set(parcel);
            }
    std::cout << taken[limit].count();
    for (int parcel = 0; parcel < n; parcel++)
        if (taken[limit][parcel]) std::cout << ' ' << parcel + 1;
    std::cout << '\n';
}
