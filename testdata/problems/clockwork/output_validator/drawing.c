/* Draws a pair of wheels for the jury. */
#include "drawing.h"

#include <stdio.h>

void draw(const char *feedback_dir, long a, long b) {
    char path[4096];
    if (snprintf(path, sizeof path, "%sjudgeimage.svg", feedback_dir) >= (int)sizeof path) return;
    FILE *image = fopen(path, "w");
    if (image == NULL) return;
    double left = 100.0 * a / (a + b), right = 100.0 * b / (a + b);
    fprintf(image, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 200 200\">\n");
    fprintf(image, "<circle cx=\"%.3f\" cy=\"100\" r=\"%.3f\"/>\n", left, left);
    fprintf(image, "<circle cx=\"%.3f\" cy=\"100\" r=\"%.3f\"/>\n</svg>\n", 2 * left + right, right);
    fclose(image);
}
