// crime: sleeps, uses no CPU
// allowed: TLE
// prints: anything
// remains: no process, no file
#include <unistd.h>

int main(void) {
    for (;;) pause();
}
