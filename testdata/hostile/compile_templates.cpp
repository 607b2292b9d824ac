// crime: instantiates templates without end
// row: compile-storm
// stage: compile
// limits: cpu 2 s
// allowed: CE
// prints: anything
// remains: a message of bounded length
template <int N, int M> struct Storm {
    static const long value = Storm<N - 1, M + 1>::value + Storm<N - 1, M * 3 + 2>::value + Storm<N - 1, M ^ 0x5555>::value;
};
template <int M> struct Storm<0, M> {
    static const long value = 1;
};
int main() { return Storm<800, 1>::value; }
