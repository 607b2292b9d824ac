// Looks for the highest mark from zero upwards, and adds up in 32 bits: two groups are wrong.
#include <algorithm>
#include <cstdint>
#include <iostream>

int main() {
    int n;
    std::cin >> n;
    std::uint32_t sum = 0;
    int least = 1'000'000'000, most = 0;
    for (int mark; std::cin >> mark;) sum += mark, least = std::min(least, mark), most = std::max(most, mark);
    std::cout << static_cast<std::int32_t>(sum - least - most) << '\n';
}
