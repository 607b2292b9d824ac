#include "ruler.h"
#include "shelf.h"

static Ruler ruler(TALLEST);

void put(int height) { ruler.add(height, 1); }
void take(int height) { ruler.add(height, -1); }
int shorter(int height) { return ruler.below(height); }
