// Thinks of the number in the answer file. Usage: teller INPUT ANSWER FEEDBACK_DIR --guesses N, talking to the submission.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

namespace {

std::string feedback_dir;

[[noreturn]] void judge(int code, const std::string &message) {
    std::ofstream(feedback_dir + "judgemessage.txt") << message << "\n";
    std::exit(code);
}

}  // namespace

int main(int argc, char **argv) {
    if (argc < 6 || std::string(argv[4]) != "--guesses") return 1;
    feedback_dir = argv[3];
    const int most = std::atoi(argv[5]);
    std::ifstream input(argv[1]), answer(argv[2]);
    long long n, secret, guess;
    if (!(input >> n) || !(answer >> secret)) return 1;

    std::cout << n << std::endl;
    for (int used = 1; used <= most; used++) {
        std::string word;
        if (!(std::cin >> word)) judge(43, "no guess number " + std::to_string(used));
        std::size_t end = 0;
        try {
            guess = std::stoll(word, &end);
        } catch (const std::exception &) {
            end = 0;
        }
        if (end == 0 || end != word.size()) judge(43, "guess " + std::to_string(used) + " is no integer");
        if (guess < 1 || guess > n) judge(43, "guess " + word + " is out of bounds");
        if (guess == secret) {
            std::cout << "correct" << std::endl;
            judge(42, "found after " + std::to_string(used) + " guesses");
        }
        std::cout << (secret < guess ? "lower" : "higher") << std::endl;
    }
    judge(43, "not found after " + std::to_string(most) + " guesses");
}
