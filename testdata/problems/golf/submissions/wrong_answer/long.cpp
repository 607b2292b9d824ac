// Right, but far too long.
// Dear reader, this is line 1 of a letter that nobody should have to pay for.
// Dear reader, this is line 2 of a letter that nobody should have to pay for.
// Dear reader, this is line 3 of a letter that nobody should have to pay for.
// Dear reader, this is line 4 of a letter that nobody should have to pay for.
// Dear reader, this is line 5 of a letter that nobody should have to pay for.
// Dear reader, this is line 6 of a letter that nobody should have to pay for.
// Dear reader, this is line 7 of a letter that nobody should have to pay for.
// Dear reader, this is line 8 of a letter that nobody should have to pay for.
// Dear reader, this is line 9 of a letter that nobody should have to pay for.
// Dear reader, this is line 10 of a letter that nobody should have to pay for.
// Dear reader, this is line 11 of a letter that nobody should have to pay for.
// Dear reader, this is line 12 of a letter that nobody should have to pay for.
// Dear reader, this is line 13 of a letter that nobody should have to pay for.
// Dear reader, this is line 14 of a letter that nobody should have to pay for.
// Dear reader, this is line 15 of a letter that nobody should have to pay for.
// Dear reader, this is line 16 of a letter that nobody should have to pay for.
// Dear reader, this is line 17 of a letter that nobody should have to pay for.
// Dear reader, this is line 18 of a letter that nobody should have to pay for.
// Dear reader, this is line 19 of a letter that nobody should have to pay for.
// Dear reader, this is line 20 of a letter that nobody should have to pay for.
// Dear reader, this is line 21 of a letter that nobody should have to pay for.
// Dear reader, this is line 22 of a letter that nobody should have to pay for.
// Dear reader, this is line 23 of a letter that nobody should have to pay for.
// Dear reader, this is line 24 of a letter that nobody should have to pay for.
// Dear reader, this is line 25 of a letter that nobody should have to pay for.
// Dear reader, this is line 26 of a letter that nobody should have to pay for.
// Dear reader, this is line 27 of a letter that nobody should have to pay for.
// Dear reader, this is line 28 of a letter that nobody should have to pay for.
// Dear reader, this is line 29 of a letter that nobody should have to pay for.
// Dear reader, this is line 30 of a letter that nobody should have to pay for.
// Dear reader, this is line 31 of a letter that nobody should have to pay for.
// Dear reader, this is line 32 of a letter that nobody should have to pay for.
// Dear reader, this is line 33 of a letter that nobody should have to pay for.
// Dear reader, this is line 34 of a letter that nobody should have to pay for.
// Dear reader, this is line 35 of a letter that nobody should have to pay for.
// Dear reader, this is line 36 of a letter that nobody should have to pay for.
// Dear reader, this is line 37 of a letter that nobody should have to pay for.
// Dear reader, this is line 38 of a letter that nobody should have to pay for.
// Dear reader, this is line 39 of a letter that nobody should have to pay for.
// Dear reader, this is line 40 of a letter that nobody should have to pay for.
#include <iostream>
#include <string>

int main() {
    std::string shortest, word;
    std::cin >> shortest;
    while (std::cin >> word)
        if (word.size() < shortest.size()) shortest = word;
    std::cout << shortest << '\n';
}
