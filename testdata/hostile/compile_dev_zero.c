// crime: includes a device without end
// row: compile-devices
// stage: compile
// allowed: CE
// prints: anything
// remains: no file
#include "/dev/zero"
int main(void) { return 0; }
