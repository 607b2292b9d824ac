// crime: two threads wait for each other
// row: sleep
// evidence: idle
// limits: wall 3 s
// allowed: TLE
// prints: anything
// remains: no process
#include <pthread.h>
#include <unistd.h>

static pthread_mutex_t locks[2] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};

static void *wait_for(void *which) {
    long first = (long)which;
    pthread_mutex_lock(&locks[first]);
    usleep(50000);
    pthread_mutex_lock(&locks[1 - first]);
    return 0;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, 0, wait_for, (void *)1);
    wait_for(0);
}
