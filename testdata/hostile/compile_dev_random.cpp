// crime: includes random bytes without end
// row: compile-devices
// stage: compile
// allowed: CE
// prints: anything
// remains: no file
#include "/dev/random"
int main() {}
