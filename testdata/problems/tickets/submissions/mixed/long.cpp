/* @EXPECTED_RESULTS@: wrong_answer */
#include <iostream>
#include <string>

// Takes the ticket for a number.
int main() {
    for (std::string ticket; std::cin >> ticket;) {
        unsigned long long number = 0;
        for (char digit : ticket) number = number * 10 + digit - '0';
        std::string digits = std::to_string(number);
        int difference = 0;
        for (std::size_t i = 0; i < digits.size(); i++) difference += i < digits.size() / 2 ? digits[i] : -digits[i];
        std::cout << (difference ? "unlucky\n" : "lucky\n");
    }
}
