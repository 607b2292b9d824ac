// crime: starts threads without end, which start threads
// row: thread-bomb
// evidence: at the limit
// allowed: RTE TLE
// prints: anything
// remains: no process
#include <pthread.h>

static void *work(void *none) {
    pthread_t thread;
    for (;;) pthread_create(&thread, 0, work, 0);
    return none;
}

int main(void) { work(0); }
