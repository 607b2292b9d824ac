// Answers in words, which is the wrong format.
#include <iostream>

int main() { std::cout << "row one, column one\n"; }
