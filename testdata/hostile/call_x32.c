// crime: system calls by x32 numbers, which a careless filter does not know
// row: foreign-calls
// allowed: RTE
// prints: anything
// remains: no process
// except trusted: there is no filter; a kernel without x32 says "no such call"
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
    syscall(0x40000000 + SYS_getpid);
    syscall(0x40000000 + 512 + 9);
    return 0;
}
