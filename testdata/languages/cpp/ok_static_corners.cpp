// What static linking is known to break: threads with weak symbols, exceptions across them, regex with its locale, streams.
#include <future>
#include <iostream>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

int main() {
    std::string line;
    std::getline(std::cin, line);
    std::smatch match;
    if (!std::regex_match(line, match, std::regex(R"((\d+)\s+(\d+))"))) return 1;
    auto number = std::async(std::launch::async, [&] { return std::stoll(match[1]); });
    auto failure = std::async(std::launch::async, []() -> int { throw std::runtime_error("thrown in a thread"); });
    long long total = number.get() + std::stoll(match[2]);
    try {
        failure.get();
        return 2;
    } catch (const std::runtime_error &) {
    }
    std::vector<std::thread> threads;
    std::vector<long long> parts(4);
    for (int i = 0; i < 4; i++) threads.emplace_back([&, i] { parts[i] = i == 0 ? total : 0; });
    for (auto &thread : threads) thread.join();
    std::ostringstream out;
    out << parts[0] + parts[1] + parts[2] + parts[3];
    std::cout << out.str() << std::endl;
}
