#pragma once

#include <vector>

/** Counts books in blocks of 256 heights. */
class Ruler {
public:
    explicit Ruler(int tallest) : books(tallest + 1), blocks(tallest / 256 + 1) {}
    void add(int height, int change);
    int below(int height) const;

private:
    std::vector<int> books, blocks;
};
