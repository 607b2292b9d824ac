// crime: computes just enough never to count as asleep, and holds its place as long as it may
// row: clock
// limits: cpu 1 s, wall 3 s
// allowed: TLE
// prints: anything
// remains: no process
#include <time.h>
#include <unistd.h>

int main(void) {
    for (;;) {
        for (volatile unsigned step = 0; step < 3000000; step++) {
        }
        usleep(100000);
    }
}
