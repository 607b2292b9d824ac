// crime: an assembler loop of a thousand million turns
// row: compile-doubling
// stage: compile
// allowed: CE
// prints: anything
// remains: no file
__asm__(".rept 1000000000\nnop\n.endr\n");
int main(void) { return 0; }
