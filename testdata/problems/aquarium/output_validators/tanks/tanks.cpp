// Counts each fish's enemies in its own tank. Usage: tanks INPUT ANSWER FEEDBACK_DIR < OUTPUT
#include "feedback.h"

#include <fstream>
#include <iostream>
#include <string>
#include <vector>

int main(int argc, char **argv) {
    if (argc < 4) return 1;
    const Feedback feedback{argv[3]};
    std::ifstream input(argv[1]);
    std::size_t n, m;
    if (!(input >> n >> m)) return 1;

    std::string tanks, more;
    if (!(std::cin >> tanks)) feedback.reject("the output is empty");
    if (std::cin >> more) feedback.reject("there is more than one word");
    if (tanks.size() != n) feedback.reject(std::to_string(tanks.size()) + " letters, not " + std::to_string(n));
    auto stranger = tanks.find_first_not_of("AB");
    if (stranger != std::string::npos) feedback.reject("letter " + std::to_string(stranger + 1) + " is neither A nor B");

    std::vector<int> enemies(n);
    for (std::size_t i = 0, u, v; i < m; i++) {
        if (!(input >> u >> v)) return 1;
        if (tanks[u - 1] == tanks[v - 1]) enemies[u - 1]++, enemies[v - 1]++;
    }
    int content = 0;
    for (std::size_t fish = 0; fish < n; fish++) {
        if (enemies[fish] > 1)
            feedback.reject("fish " + std::to_string(fish + 1) + " meets " + std::to_string(enemies[fish]) + " enemies");
        content += enemies[fish] == 0;
    }
    feedback.accept(std::to_string(content) + " of " + std::to_string(n) + " fish meet no enemy");
}
