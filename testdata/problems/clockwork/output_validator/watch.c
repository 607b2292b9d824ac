/* Compares a pair of wheels with the jury's. Usage: run INPUT ANSWER FEEDBACK_DIR [--within ERROR] < OUTPUT
   With --within, an error up to that bound is enough: a tourist's clock. */
#include "drawing.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *feedback_dir;

static void judge(int code, const char *message) {
    char path[4096];
    if (snprintf(path, sizeof path, "%sjudgemessage.txt", feedback_dir) >= (int)sizeof path) exit(1);
    FILE *file = fopen(path, "w");
    if (file == NULL) exit(1);
    fprintf(file, "%s\n", message);
    fclose(file);
    exit(code);
}

int main(int argc, char **argv) {
    if (argc < 4) return 1;
    feedback_dir = argv[3];
    FILE *input = fopen(argv[1], "r"), *answer = fopen(argv[2], "r");
    long n, a, b, best_a, best_b;
    long double x;
    if (input == NULL || answer == NULL) return 1;
    if (fscanf(input, "%ld %Lf", &n, &x) != 2 || fscanf(answer, "%ld %ld", &best_a, &best_b) != 2) return 1;
    char more;
    if (scanf("%ld %ld", &a, &b) != 2) judge(43, "not two integers");
    if (scanf(" %c", &more) == 1) judge(43, "more than two integers");
    if (a < 1 || a > n || b < 1 || b > n) judge(43, "nobody can cut these wheels");
    draw(feedback_dir, a, b);
    long double error = fabsl((long double)a / b - x), least = fabsl((long double)best_a / best_b - x);
    if (argc > 5 && strcmp(argv[4], "--within") == 0) least = fmaxl(least, strtold(argv[5], NULL));
    if (error > least + EPSILON) judge(43, "there is a better pair");
    judge(42, "the clock is right");
}
