// crime: exits with 255, as a shell would say of a program that was killed
// row: crash
// allowed: RTE
// prints: anything
// remains: a verdict from counters
int main(void) { return 255; }
