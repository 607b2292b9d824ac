// crime: four gigabytes from one line for the assembler
// row: compile-size
// stage: compile
// allowed: CE
// prints: anything
// remains: no file
__asm__(".data\n.fill 0x7fffffff, 2, 1\n");
int main(void) { return 0; }
