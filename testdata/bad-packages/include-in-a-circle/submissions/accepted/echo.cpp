#include "circle.h"
int main() {}
