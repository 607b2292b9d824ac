// Waits for the last car, which has left long ago.
#include <iostream>

int main() {
    volatile long long cars = 0;
    while (cars >= 0) cars = cars + 2 - 1;
    std::cout << cars << '\n';
}
