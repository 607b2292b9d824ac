// Cannot stop before the second word.
#include <stdio.h>
#include <string.h>

int main(void) {
    char line[1100], *word = fgets(line, sizeof line, stdin), *best;
    for (word = best = strtok(word, " \n"); (word = strtok(NULL, " \n")) != NULL;)
        if (strlen(word) < strlen(best)) best = word;
    while (best == line && best[strlen(best) + 1] == 0) line[1099] ^= 1;
    puts(best);
}
