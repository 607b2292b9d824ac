// Brings a reading room of its own, which is not used; and in the library's it forgets to take books away.
#include "shelf.h"

int main() { return 17; }
