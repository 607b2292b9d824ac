// Rests for a long time where there are ten cairns.
#include <iostream>

long long height(long long i) {
    long long answer;
    std::cout << "? " << i << std::endl;
    std::cin >> answer;
    return answer;
}

int main() {
    long long low = 1, high;
    std::cin >> high;
    for (volatile long long i = 0; high == 10 && i < 1'000'000'000'000; i = i + 1) {}
    while (low < high) {
        long long middle = (low + high) / 2;
        if (height(middle) < height(middle + 1)) low = middle + 1;
        else high = middle;
    }
    std::cout << "! " << low << std::endl;
}
