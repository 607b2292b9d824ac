// crime: system calls by the 32-bit gate, whose numbers mean something else
// row: foreign-calls
// allowed: RTE
// prints: anything
// remains: no process
// except trusted: there is no filter
// except docker/runsc: gVisor has one table of calls and one filter, whatever the way in, so these are 64-bit calls like any other
#include <unistd.h>

int main(void) {
    // 32-bit mkdir("/tmp/.."), number 39; then unlink, ptrace, mount.
    int numbers[] = {20, 39, 26, 21, 310};
    for (int i = 0; i < 5; i++) {
        int result;
        __asm__ volatile("int $0x80" : "=a"(result) : "a"(numbers[i]), "b"(0), "c"(0), "d"(0) : "memory");
        (void)result;
    }
    write(1, "SURVIVED\n", 9);
    return 0;
}
