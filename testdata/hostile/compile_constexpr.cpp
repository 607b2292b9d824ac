// crime: computes without end before there is a program
// row: compile-constexpr
// stage: compile
// limits: cpu 5 s
// allowed: CE
// prints: anything
// remains: no process
constexpr unsigned long spin(unsigned long n) {
    unsigned long sum = 0;
    for (unsigned long i = 0; i < n; i++)
        for (unsigned long j = 0; j < n; j++) sum += i * j;
    return sum;
}
constexpr unsigned long value = spin(1ul << 40);
int main() { return value & 1; }
