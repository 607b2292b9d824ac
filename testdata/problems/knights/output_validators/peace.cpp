// Looks for quarrels. A checker in the manner of testlib, which is not part of this package: the judge needs testlib.h.
#include "testlib.h"

#include <string>
#include <vector>

int main(int argc, char *argv[]) {
    registerTestlibCmd(argc, argv);
    int r = inf.readInt(), c = inf.readInt(), k = inf.readInt();
    std::vector<std::string> yard(r);
    for (auto &row : yard) row = inf.readToken();
    for (int knight = 1; knight <= k; knight++) {
        setTestCase(knight);
        int row = ouf.readInt(1, r, "row"), column = ouf.readInt(1, c, "column");
        char &square = yard[row - 1][column - 1];
        if (square == '#') quitf(_wa, "the knight in row %d, column %d stands on a table", row, column);
        if (square == 'K') quitf(_wa, "two knights in row %d, column %d", row, column);
        square = 'K';
    }
    for (int i = 0; i < r; i++)
        for (int j = 0; j < c; j++)
            for (int side : {-1, 1})
                for (auto [down, right] : {std::pair{1, 2 * side}, std::pair{2, side}}) {
                    int x = i + down, y = j + right;
                    if (yard[i][j] == 'K' && x < r && y >= 0 && y < c && yard[x][y] == 'K')
                        quitf(_wa, "a quarrel between row %d, column %d and row %d, column %d", i + 1, j + 1, x + 1, y + 1);
                }
    quitf(_ok, "%d knights in peace", k);
}
