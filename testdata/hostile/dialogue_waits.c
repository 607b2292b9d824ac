// crime: says nothing and waits for its partner, who waits for it
// row: interaction
// stage: dialogue
// limits: wall 2 s
// allowed: TLE
// prints: anything
// remains: no process of either
#include <stdio.h>

int main(void) {
    char line[100];
    return fgets(line, sizeof line, stdin) ? 1 : 0;
}
