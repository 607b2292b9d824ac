// A ridge. Usage: ridge INPUT ANSWER FEEDBACK_DIR [--full Q --half Q], talking to the submission.
// The input holds n, the answer the summit and the slopes on both sides. Without flags (samples) there is no score.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

namespace {

constexpr int MOST = 1000;
std::string feedback_dir;

[[noreturn]] void judge(int code, const std::string &message) {
    std::ofstream(feedback_dir + "judgemessage.txt") << message << "\n";
    std::exit(code);
}

[[noreturn]] void accept(int questions, int argc, char **argv) {
    if (argc > 7) {
        const char *factor = questions <= std::atoi(argv[5]) ? "1" : questions <= std::atoi(argv[7]) ? "0.5" : "0.1";
        std::ofstream(feedback_dir + "score_multiplier.txt") << factor << "\n";
    }
    judge(42, std::to_string(questions) + " questions");
}

}  // namespace

int main(int argc, char **argv) {
    if (argc < 4) return 1;
    feedback_dir = argv[3];
    std::ifstream input(argv[1]), answer(argv[2]);
    long long n, summit, up, down;
    if (!(input >> n) || !(answer >> summit >> up >> down)) return 1;
    std::cout << n << std::endl;
    for (int questions = 0;; questions++) {
        std::string kind;
        long long i;
        if (!(std::cin >> kind >> i) || (kind != "?" && kind != "!")) judge(43, "neither a question nor a summit");
        if (i < 1 || i > n) judge(43, "there is no cairn " + std::to_string(i));
        if (kind == "!" && i == summit) accept(questions, argc, argv);
        if (kind == "!") judge(43, "cairn " + std::to_string(i) + " is not the summit");
        if (questions == MOST) judge(43, "too many questions");
        std::cout << (i < summit ? 4'000'000'000'000 - (summit - i) * up : 4'000'000'000'000 - (i - summit) * down) << std::endl;
    }
}
