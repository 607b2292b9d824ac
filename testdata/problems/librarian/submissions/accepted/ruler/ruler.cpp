#include "ruler.h"

#include <numeric>

void Ruler::add(int height, int change) {
    books[height] += change;
    blocks[height / 256] += change;
}

int Ruler::below(int height) const {
    int block = height / 256;
    return std::accumulate(blocks.begin(), blocks.begin() + block, 0) + std::accumulate(books.begin() + 256 * block, books.begin() + height, 0);
}
