/* Rides along. Usage: lift INPUT ANSWER FEEDBACK_DIR < OUTPUT */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *feedback_dir;

static void judge(int code, const char *format, ...) {
    char path[4096];
    snprintf(path, sizeof path, "%sjudgemessage.txt", feedback_dir);
    FILE *file = fopen(path, "w");
    if (file == NULL) exit(1);
    va_list rest;
    va_start(rest, format);
    vfprintf(file, format, rest);
    va_end(rest);
    fputc('\n', file);
    fclose(file);
    exit(code);
}

int main(int argc, char **argv) {
    if (argc < 4) return 1;
    feedback_dir = argv[3];
    FILE *input = fopen(argv[1], "r"), *answer = fopen(argv[2], "r");
    long f, a, b, u, d;
    char words[32] = "", best[32] = "";
    if (input == NULL || fscanf(input, "%ld %ld %ld %ld %ld", &f, &a, &b, &u, &d) != 5) return 1;
    if (answer == NULL || fscanf(answer, "%31s", best) != 1) return 1;

    int letter = getchar();
    if (letter == EOF) judge(43, "no answer");
    if (letter == 't') {
        ungetc(letter, stdin);
        char one[8] = "", two[8] = "", three[8] = "", more[8] = "";
        int read = scanf("%7s %7s %7s %7s", one, two, three, more);
        snprintf(words, sizeof words, "%s %s %s", one, two, three);
        if (read != 3 || strcmp(words, "take the stairs") != 0) judge(43, "an unknown answer");
        if (strcmp(best, "take") != 0) judge(43, "the guest walked, but there is a way");
        judge(42, "there is no way");
    }
    long at = a, journeys = 0;
    if (letter == '-') letter = getchar();
    else
        for (; letter == 'U' || letter == 'D'; letter = getchar()) {
            at += letter == 'U' ? u : -d;
            if (++journeys > f) judge(43, "the guest has missed dinner");
            if (at < 1 || at > f) judge(43, "journey %ld leads to floor %ld", journeys, at);
        }
    for (; letter != EOF; letter = getchar())
        if (strchr(" \t\r\n", letter) == NULL) judge(43, "something after %ld journeys that is no journey", journeys);
    if (at != b) judge(43, "%ld journeys to floor %ld", journeys, at);
    if (strcmp(best, "take") == 0) return 1;
    judge(42, "%ld journeys", journeys);
}
