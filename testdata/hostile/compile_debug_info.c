// crime: gigabytes of debugging information in a program of one line
// row: compile-artifact
// stage: compile
// allowed: CE
// prints: anything
// remains: no file
__asm__(".section .debug_info\n.fill 0x20000000, 8, 1\n.text\n");
int main(void) { return 0; }
