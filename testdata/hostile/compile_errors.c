// crime: hundreds of thousands of errors
// row: compile-storm
// stage: compile
// limits: cpu 5 s
// allowed: CE
// prints: anything
// remains: a message of bounded length
#define A(x) x x x x x x x x x x
#define B(x) A(A(A(A(A(x)))))
int main(void) {
    B(undeclared_name_with_a_rather_long_spelling + another_name_that_is_just_as_long();)
    return 0;
}
