// crime: ends before its partner has said anything
// row: interaction
// stage: dialogue
// limits: wall 3 s
// allowed: AC
// prints: anything
// remains: a partner that sees the end
int main(void) { return 0; }
