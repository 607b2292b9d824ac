// crime: a string that doubles thirty times
// row: compile-doubling
// stage: compile
// allowed: CE
// prints: anything
// remains: no file
#define A(x) x x x x x x x x x x x x x x x x
const char *text = A(A(A(A(A(A(A("0123456789abcdef")))))));
int main(void) { return text[5]; }
