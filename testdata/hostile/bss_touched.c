// crime: declares more than the limit and touches every page
// row: bss
// limits: cpu 15 s, memory 64 MiB
// allowed: MLE
// prints: anything
// remains: nothing
static char huge[1u << 30];
char *volatile somewhere = huge;

int main(void) {
    for (unsigned i = 0; i < sizeof huge; i += 4096) somewhere[i] = 1;
}
