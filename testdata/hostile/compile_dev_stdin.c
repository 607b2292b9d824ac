// crime: includes the compiler's own streams, terminals and memory
// row: compile-devices
// stage: compile
// allowed: CE
// prints: anything
// remains: nobody waits
#include "/dev/stdin"
#include "/dev/tty"
#include "/proc/self/fd/1"
#include "/proc/self/mem"
#include "/dev/stderr"
#error done
