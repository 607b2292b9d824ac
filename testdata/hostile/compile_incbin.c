// crime: links files of the host into the program
// row: compile-leak
// stage: compile
// allowed: CE
// prints: anything
// remains: nothing of them in the program
// except trusted: the host's files are in sight
__asm__(".section .rodata\nstolen:\n.incbin \"/etc/shadow\"\n.incbin \"/proc/1/environ\"\n");
int main(void) { return 0; }
