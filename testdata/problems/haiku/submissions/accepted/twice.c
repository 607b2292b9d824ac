/* Turns the whole line round, and then every word. */
#include <stdio.h>
#include <string.h>

static void turn(char *from, char *to) {
    for (to--; from < to; from++, to--) {
        char letter = *from;
        *from = *to;
        *to = letter;
    }
}

int main(void) {
    char line[80];
    while (fgets(line, sizeof line, stdin) != NULL) {
        char *end = line + strcspn(line, "\n");
        turn(line, end);
        for (char *word = line; word < end; word++) {
            char *stop = word + strcspn(word, " \n");
            turn(word, stop);
            word = stop;
        }
        fputs(line, stdout);
    }
    return 0;
}
