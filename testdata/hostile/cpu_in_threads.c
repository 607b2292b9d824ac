// crime: computes in threads while the first one sleeps
// row: children-cpu
// evidence: at the limit
// allowed: TLE
// prints: anything
// remains: no process
#include <pthread.h>
#include <unistd.h>

static void *burn(void *none) {
    for (volatile unsigned long count = 0;; count++) {
    }
    return none;
}

int main(void) {
    pthread_t thread;
    for (int i = 0; i < 4; i++) pthread_create(&thread, 0, burn, 0);
    for (;;) pause();
}
