// crime: asks the compiler for plugins, wrappers and other programs by pragmas and attributes
// row: compile-execution
// stage: compile
// allowed: AC CE
// prints: anything
// remains: nothing was run
#pragma GCC plugin "/box/evil.so"
#pragma GCC optimize("-fplugin=/box/evil.so", "-wrapper,/bin/sh")
#pragma GCC target("-fplugin=/box/evil.so")
__asm__(".print \"assembled\"\n");
int main(void) { return 0; }
