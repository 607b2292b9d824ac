// @EXPECTED_RESULTS@: WRONG-ANSWER
// (Forgotten when the mistake was mended. In this directory it means nothing.)
#include <bits/stdc++.h>
using namespace std;
int main() {
    string t;
    while (cin >> t) {
        int d = 0;
        for (size_t i = 0; i < t.size(); i++) d += i < t.size() / 2 ? t[i] : -t[i];
        cout << (d ? "unlucky" : "lucky") << "\n";
    }
}
