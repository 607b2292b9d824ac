// crime: parentheses a hundred thousand deep
// row: compile-nesting
// stage: compile
// limits: cpu 3 s
// allowed: AC CE
// prints: anything
// remains: no process
#define A(x) ((((((((((x))))))))))
#define B(x) A(A(A(A(A(A(A(A(A(A(x))))))))))
#define C(x) B(B(B(B(B(B(B(B(B(B(x))))))))))
#define D(x) C(C(C(C(C(C(C(C(C(C(x))))))))))
#define E(x) D(D(D(D(D(D(D(D(D(D(x))))))))))
int main(void) { return E(0); }
