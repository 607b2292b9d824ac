#include "shelf.h"

#include <set>

static std::multiset<int> books;

void put(int height) { books.insert(height); }
void take(int) {}

int shorter(int height) {
    int count = 0;
    for (auto book = books.begin(); book != books.end() && *book < height && count < 1000; ++book) count++;
    return count;
}
