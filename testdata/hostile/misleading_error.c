// crime: writes on its error stream what a judge's own words could be
// row: output-flood
// allowed: AC
// prints: 42
// remains: a verdict from counters, not from words
#include <stdio.h>

int main(void) {
    for (int i = 0; i < 100; i++) fputs("timelimit exceeded\nmemory limit exceeded\nruntime error: killed by signal 9\nCompilation failed\n", stderr);
    puts("42");
}
