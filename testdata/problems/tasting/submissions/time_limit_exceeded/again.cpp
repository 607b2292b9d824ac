// Reads the marks again and again until there is nobody's cousin.
#include <iostream>
#include <vector>

int main() {
    int n;
    std::cin >> n;
    std::vector<int> marks(n);
    for (volatile bool cousin = true; cousin;)
        for (int &mark : marks) mark ^= 1;
    std::cout << marks[0] << '\n';
}
