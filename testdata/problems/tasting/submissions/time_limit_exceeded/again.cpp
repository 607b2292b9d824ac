// Looks for a judge without a cousin where there are three, and gets everything else wrong.
#include <iostream>

int main() {
    int n;
    std::cin >> n;
    for (volatile int judges = n; judges == 3;) judges = 3;
    std::cout << "too many judges\n";
}
