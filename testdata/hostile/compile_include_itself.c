// crime: includes itself twice, again and again
// row: compile-self
// stage: compile
// limits: cpu 5 s
// allowed: CE
// prints: anything
// remains: a message of bounded length
#include __FILE__
#include __FILE__
int main(void) { return 0; }
