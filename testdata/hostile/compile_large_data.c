// crime: a gigabyte of initialised data
// row: compile-size
// stage: compile
// allowed: CE
// prints: anything
// remains: no file
char block[1 << 30] = {1};
int main(void) { return block[5]; }
