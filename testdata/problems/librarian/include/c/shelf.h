/* What you write. Heights are between 1 and {{tallest}}. */
#ifndef SHELF_H
#define SHELF_H

enum { TALLEST = {{tallest}} };

void put(int height);
void take(int height);
int shorter(int height);

#endif
