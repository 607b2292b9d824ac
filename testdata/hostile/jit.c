// crime: writes code on stack, heap and maps and executes it, as Java and JavaScript must
// row: jit
// allowed: AC RTE
// prints: anything
// remains: nothing
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

int main(void) {
    unsigned char code[] = {0xb8, 42, 0, 0, 0, 0xc3};
    unsigned char *page = mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) return 1;
    memcpy(page, code, sizeof code);
    printf("%d\n", ((int (*)(void))page)());
    memcpy(code + 1, "\1", 1);
    if (mprotect((void *)((unsigned long)code & ~4095ul), 8192, PROT_READ | PROT_WRITE | PROT_EXEC)) return 1;
    return ((int (*)(void))code)() - 1;
}
