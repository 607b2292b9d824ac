#include <bits/stdc++.h>
using namespace std;

int main() {
    int n;
    scanf("%d", &n);
    vector<int> size(n), order(n), place(n);
    for (int &s : size) scanf("%d", &s);
    iota(order.begin(), order.end(), 0);
    stable_sort(order.begin(), order.end(), [&](int a, int b) { return size[a] > size[b]; });
    int trunk = 0, left = 0;
    for (int box : order) {
        if (left < size[box]) trunk++, left = 1024;
        left -= size[box];
        place[box] = trunk;
    }
    printf("%d\n", trunk);
    for (int p : place) printf("%d\n", p);
}
