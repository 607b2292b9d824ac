// Makes the swaps and looks at the shelf. Usage: run INPUT ANSWER FEEDBACK_DIR --swaps-per-book N < OUTPUT
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

namespace {

std::string feedback_dir;

[[noreturn]] void judge(int code, const std::string &message) {
    std::ofstream(feedback_dir + "judgemessage.txt") << message << "\n";
    std::exit(code);
}

[[noreturn]] void reject(const std::string &message) { judge(43, message); }

}  // namespace

int main(int argc, char **argv) {
    if (argc < 6 || std::string(argv[4]) != "--swaps-per-book") return 1;
    feedback_dir = argv[3];
    std::ifstream input(argv[1]);
    long long n, k;
    if (!(input >> n)) return 1;
    std::vector<int> books(n);
    for (int &book : books)
        if (!(input >> book)) return 1;

    if (!(std::cin >> k)) reject("no number of swaps");
    if (k < 0 || k > n * std::atoll(argv[5])) reject(std::to_string(k) + " swaps are too many or too few");
    for (long long i = 1; i <= k; i++) {
        long long a, b;
        if (!(std::cin >> a >> b)) reject("swap " + std::to_string(i) + " is missing");
        if (a < 1 || a > n || b < 1 || b > n || a == b) reject("swap " + std::to_string(i) + " is not of two places");
        std::swap(books[a - 1], books[b - 1]);
    }
    std::string more;
    if (std::cin >> more) reject("there is something after the last swap");
    auto wrong = std::adjacent_find(books.begin(), books.end(), std::greater<int>());
    if (wrong != books.end()) reject("volume " + std::to_string(*wrong) + " stands before volume " + std::to_string(wrong[1]));
    judge(42, "in order after " + std::to_string(k) + " swaps");
}
