// crime: sleeps, deaf to every signal it may be deaf to
// row: sleep
// evidence: idle
// limits: wall 3 s
// allowed: TLE
// prints: anything
// remains: no process, no file
#include <signal.h>
#include <unistd.h>

int main(void) {
    for (int signal_number = 1; signal_number < 65; signal_number++) signal(signal_number, SIG_IGN);
    for (;;) sleep(1000);
}
